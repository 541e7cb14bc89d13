package ai.ipai.postgres.migration;

import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.postgres.PostgresErrors;
import ai.ipai.postgres.PostgresFault;
import ai.ipai.postgres.login.Login;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.postgres.login.Verifier;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes a database ready for the platform: migrations, then LOGIN and passwords for the logins that
 * they created, then what those may do in this database. Repeatable; needs CREATEROLE and the
 * ownership of the database, no superuser.
 */
public final class Installer {
  /** Make schemas of their own. */
  private static final Set<Login> CREATORS = Set.of(Login.LOADER, Login.PUBLISHER);

  private final MigrationSet set;
  private final MasterKey key;

  public Installer(MigrationSet set, MasterKey key) {
    this.set = set;
    this.key = key;
  }

  /**
   * Waits for a server that is starting. Errors: those of {@link PostgresClient#open} and {@link
   * Migrator#apply}; {@code PG-056} where the login is too weak.
   *
   * @param owner the migrating login: Supabase's {@code postgres}, DigitalOcean's {@code doadmin}
   */
  public InstallReport install(DatabaseUrl owner) {
    try (Connection connection =
        PostgresClient.openWithin(owner, "ipai migrate", Duration.ofSeconds(30))) {
      InstallReport report = install(connection);
      if (report.logins().isEmpty() && !opens(owner)) {
        return new InstallReport(report.migrations(), renew(connection), report.missing());
      }
      return report;
    } catch (SQLException failed) {
      throw PostgresFault.translate(failed);
    }
  }

  /** Whether the mark on the logins tells the truth: somebody may have changed a password since. */
  private boolean opens(DatabaseUrl owner) throws SQLException {
    DatabaseUrl url = owner.withLogin(Login.SERVER.role(), key.password(Login.SERVER));
    try (Connection probe = PostgresClient.open(url, "ipai migrate")) {
      return probe.isValid(5);
    } catch (IpaiException refused) {
      if (refused.code().equals(PostgresErrors.WRONG_PASSWORD)) {
        return false;
      }
      throw refused;
    }
  }

  /** Sets every password again, whatever the mark says. */
  private List<Login> renew(Connection owner) throws SQLException {
    List<Login> present = new ArrayList<>(states(owner).keySet());
    StringBuilder sql = new StringBuilder();
    present.forEach(login -> open(login, sql));
    inTransaction(owner, sql.toString());
    return present;
  }

  /** On an open connection of the migrating login, in autocommit mode. */
  public InstallReport install(Connection owner) throws SQLException {
    checkPower(owner);
    MigrationReport migrations = new Migrator(set).apply(owner);
    return activate(owner, migrations);
  }

  /** Without the migrations: for a database cloned from one that has them. */
  public InstallReport activate(Connection owner) throws SQLException {
    return activate(owner, new MigrationReport(List.of(), List.of(), List.of()));
  }

  private InstallReport activate(Connection owner, MigrationReport migrations) throws SQLException {
    Map<Login, LoginState> states = states(owner);
    List<Login> missing = Login.all().stream().filter(l -> !states.containsKey(l)).toList();
    List<Login> opened = new ArrayList<>();
    String database = SqlText.identifier(owner.getCatalog());
    StringBuilder sql = new StringBuilder();
    states.forEach(
        (login, state) -> {
          if (!state.isOpen()) {
            opened.add(login);
            open(login, sql);
          }
          grants(login, state, database, sql);
        });
    inTransaction(owner, sql.toString());
    return new InstallReport(migrations, opened, missing);
  }

  /** The password as a verifier, and a mark that tells later runs which key it came from. */
  private void open(Login login, StringBuilder sql) {
    String role = SqlText.identifier(login.role());
    sql.append("alter role ").append(role);
    sql.append(" login password ").append(SqlText.literal(Verifier.of(key.password(login))));
    sql.append(";\ncomment on role ").append(role);
    sql.append(" is ").append(SqlText.literal(mark())).append(";\n");
  }

  private String mark() {
    byte[] fingerprint = key.derive("fingerprint of the logins", 9);
    return "IPAI login, key " + Base64.getUrlEncoder().withoutPadding().encodeToString(fingerprint);
  }

  private static void grants(Login login, LoginState state, String database, StringBuilder sql) {
    String to = " on database " + database + " to " + SqlText.identifier(login.role()) + ";\n";
    if (!state.mayConnect()) {
      sql.append("grant connect").append(to);
    }
    if (CREATORS.contains(login) && !state.mayCreate()) {
      sql.append("grant create").append(to);
    }
  }

  private static void inTransaction(Connection owner, String sql) throws SQLException {
    if (sql.isEmpty()) {
      return;
    }
    owner.setAutoCommit(false);
    try (Statement statement = owner.createStatement()) {
      MigrationRecords.lock(owner);
      statement.execute(sql);
      owner.commit();
    } finally {
      owner.rollback();
      owner.setAutoCommit(true);
    }
  }

  /**
   * A login as it is.
   *
   * @param isOpen whether it may sign in, with a password of this key by its mark
   */
  private record LoginState(boolean isOpen, boolean mayConnect, boolean mayCreate) {}

  private Map<Login, LoginState> states(Connection owner) throws SQLException {
    Map<Login, LoginState> states = new EnumMap<>(Login.class);
    try (Statement statement = owner.createStatement();
        ResultSet rows =
            statement.executeQuery(
                """
                select rolname, rolcanlogin, shobj_description(oid, 'pg_authid'),
                  has_database_privilege(oid, current_database(), 'CONNECT'),
                  has_database_privilege(oid, current_database(), 'CREATE')
                from pg_roles where rolname like 'ipai\\_%'
                """)) {
      while (rows.next()) {
        String name = rows.getString(1);
        boolean open = rows.getBoolean(2) && mark().equals(rows.getString(3));
        LoginState state = new LoginState(open, rows.getBoolean(4), rows.getBoolean(5));
        Login.all().stream()
            .filter(login -> login.role().equals(name))
            .forEach(login -> states.put(login, state));
      }
    }
    return states;
  }

  private static void checkPower(Connection owner) throws SQLException {
    try (Statement statement = owner.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                select rolcreaterole or rolsuper,
                  has_database_privilege(current_database(), 'CREATE'), rolname
                from pg_roles where rolname = current_user
                """)) {
      if (!row.next() || !row.getBoolean(1) || !row.getBoolean(2)) {
        throw new IpaiException(
                PostgresErrors.INSTALLER_TOO_WEAK,
                "This login cannot install the platform: it lacks CREATEROLE, or CREATE on the"
                    + " database.")
            .hint("Use the owner: postgres on Supabase, doadmin on DigitalOcean.");
      }
    }
  }
}
