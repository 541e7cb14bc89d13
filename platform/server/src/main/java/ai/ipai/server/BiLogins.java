package ai.ipai.server;

import ai.ipai.gateway.auth.Account;
import ai.ipai.gateway.auth.AccountStore;
import ai.ipai.gateway.http.Json;
import ai.ipai.governance.audit.AuditEntry;
import ai.ipai.governance.audit.AuditReads;
import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.postgres.PostgresFault;
import ai.ipai.postgres.login.Login;
import ai.ipai.postgres.login.Verifier;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.SqlText;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Logins for BI tools, which speak PostgreSQL's own protocol: each stands for one person or one
 * role, and is no more than that. A password is made here, shown once, and stored by nobody but as
 * PostgreSQL's verifier. Made on the login that owns the database.
 */
public final class BiLogins {
  public static final String PREFIX = "ipai_bi_";
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,40}");
  private static final int PASSWORD_BYTES = 24;
  private static final int CONNECTIONS = 20;

  /** What a tool gets unless it says otherwise; rights do not depend on it. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "default_transaction_read_only", "on",
          "statement_timeout", "300s",
          "idle_in_transaction_session_timeout", "60s",
          "lock_timeout", "5s");

  private final DatabaseUrl owner;
  private final AuditReads audit;
  private final AccountStore accounts;

  /**
   * Connects to nothing yet.
   *
   * @param owner the login that owns the database
   */
  public BiLogins(DatabaseUrl owner, AuditReads audit, AccountStore accounts) {
    this.owner = owner;
    this.audit = audit;
    this.accounts = accounts;
  }

  /**
   * What is asked for.
   *
   * @param who a platform role or an account's e-mail address
   * @param name of the login, behind {@value #PREFIX}; empty for one that says who
   * @param claims of a role's login, for row filters; empty for a person's, who has their own
   * @param days how long the password is good; 0 for until it is revoked
   */
  public record Wanted(String who, String name, Map<String, Object> claims, int days) {}

  /**
   * A login as it is.
   *
   * @param subject a role or an e-mail address
   */
  public record Granted(
      String login,
      String subject,
      String claims,
      String createdBy,
      Instant createdAt,
      @Nullable Instant until) {}

  private record Standing(
      String label, @Nullable Account account, List<String> roles, Map<String, Object> claims) {}

  /**
   * Makes the login, or gives it a new password and whatever has changed.
   *
   * @return where to connect, with the password, which nobody can show again
   * @throws IpaiException {@code SRV-008}, {@code SRV-001}
   */
  public DatabaseUrl grant(Wanted wanted, String by) throws SQLException {
    Standing standing = standing(wanted);
    String login = PREFIX + name(wanted, standing);
    byte[] random = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(random);
    String password = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    try (Connection connection = PostgresClient.open(owner, "ipai bi")) {
      connection.setAutoCommit(false);
      refuseOthers(connection, login);
      try (Statement statement = connection.createStatement()) {
        for (String sql : statements(connection, login, password, standing, wanted.days())) {
          statement.execute(sql);
        }
        statement.execute("set local role ipai_owner");
      }
      bind(connection, login, standing, by);
      record("login.grant", login, by, standing);
      connection.commit();
    }
    return owner.withLogin(login, password);
  }

  /** Whom a login may stand for. */
  private Standing standing(Wanted wanted) throws SQLException {
    if (Login.sqlLoginOf(wanted.who()).isPresent()) {
      Map<String, Object> claims = new LinkedHashMap<>(wanted.claims());
      claims.put("role", "authenticated");
      claims.put("app_metadata", Map.of("ipai_roles", List.of(wanted.who())));
      return new Standing(wanted.who(), null, List.of(wanted.who()), claims);
    }
    Account account =
        accounts
            .find(wanted.who())
            .orElseThrow(
                () ->
                    new IpaiException(
                            ServerErrors.PRINCIPAL_UNKNOWN,
                            "there is no user or role " + wanted.who())
                        .hint("./ipai token --help lists the roles."));
    if (!accounts.isOurs()) {
      throw new IpaiException(
              ServerErrors.USAGE, "accounts live in Supabase Auth, which a login cannot follow")
          .hint(
              "Grant to a role: ./ipai bi grant ipai_bi_developer --claims '{\"company_ids\": [1]}'");
    }
    List<String> roles = new ArrayList<>();
    for (JsonNode role : account.appMetadata().path("ipai_roles")) {
      Login.sqlLoginOf(role.asString("")).ifPresent(known -> roles.add(role.asString("")));
    }
    if (roles.isEmpty()) {
      throw new IpaiException(
          ServerErrors.PRINCIPAL_UNKNOWN, account.email() + " holds no platform role");
    }
    return new Standing(account.email(), account, roles, Map.of());
  }

  private static String name(Wanted wanted, Standing standing) {
    Account account = standing.account();
    String name =
        !wanted.name().isEmpty()
            ? wanted.name()
            : account == null
                ? standing.label().replaceFirst("^ipai_", "")
                : "user_" + account.id().toString().replace("-", "");
    if (!NAME.matcher(name).matches()) {
      throw new IpaiException(
          ServerErrors.USAGE, "a login's name is of a-z, 0-9 and _, at most 41, a letter first");
    }
    return name;
  }

  /** A role of that name that is not one of these is somebody else's. */
  private static void refuseOthers(Connection connection, String login) throws SQLException {
    if (exists(connection, "select from pg_roles where rolname = ?", login)
        && !exists(connection, "select from ipai.login_principal where bi and login = ?", login)) {
      throw new IpaiException(ServerErrors.USAGE, "there is another role " + login)
          .hint("Choose another name: --name NAME.");
    }
  }

  private static boolean exists(Connection connection, String query, String login)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, login);
      try (ResultSet row = statement.executeQuery()) {
        return row.next();
      }
    }
  }

  private List<String> statements(
      Connection connection, String login, String password, Standing standing, int days)
      throws SQLException {
    String name = SqlText.identifier(login);
    List<String> sql = new ArrayList<>();
    if (!exists(connection, "select from pg_roles where rolname = ?", login)) {
      sql.add("create role " + name);
    }
    String until =
        days == 0
            ? "infinity"
            : Instant.now().plus(days, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS).toString();
    sql.add(
        "alter role %s login inherit connection limit %d valid until %s password %s"
            .formatted(
                name, CONNECTIONS, SqlText.literal(until), SqlText.literal(Verifier.of(password))));
    SETTINGS.forEach(
        (setting, value) ->
            sql.add("alter role " + name + " set " + setting + " = " + SqlText.literal(value)));
    for (Login known : Login.all()) {
      known
          .platformRole()
          .ifPresent(
              role ->
                  sql.add(
                      standing.roles().contains(role)
                          ? "grant " + SqlText.identifier(role) + " to " + name
                          : "revoke " + SqlText.identifier(role) + " from " + name));
    }
    sql.add("grant connect on database " + SqlText.identifier(owner.database()) + " to " + name);
    return sql;
  }

  private static void bind(Connection connection, String login, Standing standing, String by)
      throws SQLException {
    Account account = standing.account();
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            insert into ipai.login_principal (login, claims, account_id, bi, label, created_by)
            values (?, ?::jsonb, ?::uuid, true, ?, ?)
            on conflict (login) do update set claims = excluded.claims, account_id = excluded.account_id,
              label = excluded.label, created_by = excluded.created_by, created_at = now()
            """)) {
      statement.setString(1, login);
      statement.setString(2, Json.text(standing.claims()));
      statement.setString(3, account == null ? null : account.id().toString());
      statement.setString(4, standing.label());
      statement.setString(5, by);
      statement.executeUpdate();
    }
  }

  /** All of them, by name. */
  public List<Granted> list() throws SQLException {
    try (Connection connection = PostgresClient.open(owner, "ipai bi");
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("set local role ipai_owner");
      List<Granted> logins = new ArrayList<>();
      try (ResultSet row =
          statement.executeQuery(
              """
              select p.login, p.label, (p.claims - 'role' - 'app_metadata')::text, p.created_by, p.created_at,
                nullif(r.rolvaliduntil, 'infinity')
              from ipai.login_principal p join pg_catalog.pg_roles r on r.rolname = p.login where p.bi order by 1
              """)) {
        while (row.next()) {
          logins.add(
              new Granted(
                  row.getString(1),
                  row.getString(2),
                  row.getString(3),
                  row.getString(4),
                  row.getTimestamp(5).toInstant(),
                  Optional.ofNullable(row.getTimestamp(6)).map(t -> t.toInstant()).orElse(null)));
        }
      }
      connection.rollback();
      return logins;
    }
  }

  /**
   * Ends a login: it is nobody at once, its sessions are ended, and its role is dropped.
   *
   * @param login with or without its prefix
   */
  public void revoke(String login, String by) throws SQLException {
    String full = login.startsWith(PREFIX) ? login : PREFIX + login;
    Granted granted =
        list().stream()
            .filter(one -> one.login().equals(full))
            .findFirst()
            .orElseThrow(
                () ->
                    new IpaiException(
                            ServerErrors.PRINCIPAL_UNKNOWN, "there is no BI login " + full)
                        .hint("./ipai bi list"));
    String name = SqlText.identifier(full);
    try (Connection connection = PostgresClient.open(owner, "ipai bi");
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (Login known : Login.all()) {
        if (known.platformRole().isPresent()) {
          statement.execute(
              "revoke " + SqlText.identifier(known.platformRole().get()) + " from " + name);
        }
      }
      statement.execute("alter role " + name + " nologin password null");
      statement.execute("grant " + name + " to current_user");
      statement.execute("set local role ipai_owner");
      statement.execute(
          "delete from ipai.login_principal where bi and login = " + SqlText.literal(full));
      statement.execute("reset role");
      record("login.revoke", full, by, new Standing(granted.subject(), null, List.of(), Map.of()));
      connection.commit();
      end(connection, statement, full);
    }
  }

  /** Its sessions, then the role; one that still holds something stays behind without a login. */
  private static void end(Connection connection, Statement statement, String login)
      throws SQLException {
    try {
      statement.execute(
          "select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = "
              + SqlText.literal(login));
      statement.execute("drop owned by " + SqlText.identifier(login));
      statement.execute("drop role " + SqlText.identifier(login));
      connection.commit();
    } catch (SQLException e) {
      connection.rollback();
      throw PostgresFault.translate(e);
    }
  }

  private void record(String action, String login, String by, Standing standing) {
    AuditEntry.Builder entry =
        AuditEntry.of(action)
            .principal(by)
            .onBehalfOf(standing.label())
            .object(login)
            .allow("database_owner");
    if (!standing.claims().isEmpty()) {
      entry.detail("claims", Json.text(standing.claims()));
    }
    audit.await(entry.build());
  }
}
