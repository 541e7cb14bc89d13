package ai.ipai.server.cli;

import ai.ipai.gateway.auth.Account;
import ai.ipai.gateway.auth.AccountStore;
import ai.ipai.gateway.auth.SignIn;
import ai.ipai.gateway.http.Json;
import ai.ipai.gateway.sql.CallerSql.Writer;
import ai.ipai.postgres.caller.Caller;
import ai.ipai.postgres.login.Login;
import ai.ipai.server.Installation;
import ai.ipai.server.Operator;
import ai.ipai.server.ServerErrors;
import ai.ipai.server.SqlLogins;
import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/**
 * Somebody who writes SQL, with the login on which it runs: a person's own, or the login of a role
 * with the claims bound to it.
 *
 * @param caller the same caller as the gateway would see it
 */
record SqlCaller(Connection login, Writer writer, Caller caller) implements AutoCloseable {

  /** Errors: {@code SRV-008} for a name that nobody has. */
  static SqlCaller open(Installation installation, String who, ClaimsOption claims)
      throws SQLException {
    Optional<Login> role = Login.sqlLoginOf(who);
    if (role.isPresent()) {
      return ofRole(installation, who, role.get(), claims);
    }
    claims.refuseFor(who);
    Account account =
        new AccountStore(installation.control())
            .find(who)
            .orElseThrow(
                () ->
                    new IpaiException(
                            ServerErrors.PRINCIPAL_UNKNOWN, "there is no user or role " + who)
                        .hint("./ipai token --help lists the roles."));
    return ofPerson(installation, account);
  }

  private static SqlCaller ofRole(
      Installation installation, String role, Login login, ClaimsOption claims) {
    Caller caller = Operator.holding(role, claims.values());
    Writer writer =
        claims.isGiven()
            ? new Writer("role:" + role, Optional.of(caller.claims()), Json.text(claims.values()))
            : Writer.owning("role:" + role);
    return new SqlCaller(installation.database().open(login), writer, caller);
  }

  /** On the embedded database the person has a login; elsewhere the login of a role is bound. */
  private static SqlCaller ofPerson(Installation installation, Account account)
      throws SQLException {
    String claims = Json.text(SignIn.claims(account));
    Caller caller =
        new Caller(
            account.id().toString(),
            account.databaseRole(),
            claims,
            UUID.randomUUID().toString(),
            account.email());
    String principal = "user:" + account.email();
    if (installation.owner().isPresent()) {
      Connection own = new SqlLogins(installation).open(account.email());
      return new SqlCaller(own, Writer.owning(principal), caller);
    }
    Connection shared = installation.database().open(loginOf(account));
    return new SqlCaller(shared, new Writer(principal, Optional.of(claims), ""), caller);
  }

  private static Login loginOf(Account account) {
    for (JsonNode role : account.appMetadata().path("ipai_roles")) {
      Optional<Login> login = Login.sqlLoginOf(role.asString(""));
      if (login.isPresent()) {
        return login.get();
      }
    }
    throw new IpaiException(
            ServerErrors.PRINCIPAL_UNKNOWN, account.email() + " holds no platform role")
        .hint("SQL of one's own is for holders of a platform role; give one in app_metadata.");
  }

  @Override
  public void close() throws SQLException {
    login.close();
  }
}
