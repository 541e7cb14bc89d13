package ai.ipai.server;

import ai.ipai.gateway.auth.Account;
import ai.ipai.gateway.auth.AccountStore;
import ai.ipai.gateway.auth.SignIn;
import ai.ipai.gateway.http.Json;
import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.postgres.login.Login;
import ai.ipai.postgres.login.Verifier;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.SqlText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Logins that are one person each, for SQL that this person writes. Made, and brought up to date
 * with the person's roles and claims, each time one is opened; only the owner of the database can,
 * so only the embedded one has them.
 */
public final class SqlLogins {
  private static final String PREFIX = "ipai_user_";
  private static final int PASSWORD_BYTES = 24;

  private final Installation installation;

  public SqlLogins(Installation installation) {
    this.installation = installation;
  }

  /**
   * A connection of the person's own login, in autocommit.
   *
   * @param email of an account
   */
  public Connection open(String email) throws SQLException {
    Account account =
        new AccountStore(installation.control())
            .find(email)
            .orElseThrow(
                () ->
                    new IpaiException(
                            ServerErrors.PRINCIPAL_UNKNOWN, "there is no user or role " + email)
                        .hint("./ipai token --help lists the roles."));
    DatabaseUrl owner =
        installation
            .owner()
            .orElseThrow(
                () ->
                    new IpaiException(
                            ServerErrors.EMBEDDED_ONLY,
                            "logins of single people exist in the embedded database only")
                        .hint("Query as one of the person's roles: --as ipai_bi_developer."));
    String login = PREFIX + account.id().toString().replace("-", "");
    String password = password(login);
    make(owner, login, password, account);
    return PostgresClient.open(owner.withLogin(login, password), "ipai sql");
  }

  private String password(String login) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(installation.key().derive("login:" + login, PASSWORD_BYTES));
  }

  private static void make(DatabaseUrl owner, String login, String password, Account account)
      throws SQLException {
    List<String> roles = roles(account);
    String name = SqlText.identifier(login);
    StringBuilder sql = new StringBuilder();
    sql.append("do $$ begin if not exists (select from pg_roles where rolname = ")
        .append(SqlText.literal(login))
        .append(") then create role ")
        .append(name)
        .append("; end if; end $$;\n")
        .append("alter role ")
        .append(name)
        .append(" login inherit password ")
        .append(SqlText.literal(Verifier.of(password)))
        .append(";\n");
    for (Login known : Login.all()) {
      String role = known.platformRole().orElse("");
      if (!role.isEmpty()) {
        String quoted = SqlText.identifier(role);
        sql.append(
            roles.contains(role)
                ? "grant " + quoted + " to " + name + ";\n"
                : "revoke " + quoted + " from " + name + ";\n");
      }
    }
    try (Connection connection = PostgresClient.open(owner, "ipai sql")) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute(sql.toString());
        statement.execute(
            "grant connect on database " + SqlText.identifier(owner.database()) + " to " + name);
        statement.execute("set local role ipai_owner");
      }
      bind(connection, login, account);
      connection.commit();
    }
  }

  /** Identity is what stands here, never what the session says. */
  private static void bind(Connection connection, String login, Account account)
      throws SQLException {
    Map<String, Object> claims = SignIn.claims(account);
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            insert into ipai.login_principal (login, claims) values (?, ?::jsonb)
            on conflict (login) do update set claims = excluded.claims
            """)) {
      statement.setString(1, login);
      statement.setString(2, Json.text(claims));
      statement.executeUpdate();
    }
  }

  private static List<String> roles(Account account) {
    List<String> roles = new ArrayList<>();
    for (JsonNode role : account.appMetadata().path("ipai_roles")) {
      roles.add(role.asString(""));
    }
    return roles;
  }
}
