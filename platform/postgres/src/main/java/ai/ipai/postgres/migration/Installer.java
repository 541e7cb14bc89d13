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
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes a database ready for the platform: migrations, then LOGIN and passwords for the logins that
 * they created, then what those may do in this database. Repeatable; needs CREATEROLE and the
 * ownership of the database, no superuser.
 */
public final class Installer {
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
      return install(connection);
    } catch (SQLException failed) {
      throw PostgresFault.translate(failed);
    }
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
    Set<String> roles = roles(owner);
    List<Login> present = new ArrayList<>();
    List<Login> missing = new ArrayList<>();
    StringBuilder sql = new StringBuilder();
    for (Login login : Login.all()) {
      if (!roles.contains(login.role())) {
        missing.add(login);
        continue;
      }
      present.add(login);
      sql.append("alter role ").append(SqlText.identifier(login.role()));
      sql.append(" login password ").append(SqlText.literal(Verifier.of(key.password(login))));
      sql.append(";\n");
    }
    grants(owner, present, sql);
    inTransaction(owner, sql.toString());
    return new InstallReport(migrations, present, missing);
  }

  private static void grants(Connection owner, List<Login> present, StringBuilder sql)
      throws SQLException {
    String database = SqlText.identifier(owner.getCatalog());
    for (Login login : present) {
      sql.append("grant connect on database ").append(database);
      sql.append(" to ").append(SqlText.identifier(login.role())).append(";\n");
    }
    for (Login creator : List.of(Login.LOADER, Login.PUBLISHER)) {
      if (present.contains(creator)) {
        sql.append("grant create on database ").append(database);
        sql.append(" to ").append(SqlText.identifier(creator.role())).append(";\n");
      }
    }
  }

  private static void inTransaction(Connection owner, String sql) throws SQLException {
    if (sql.isEmpty()) {
      return;
    }
    owner.setAutoCommit(false);
    try (Statement statement = owner.createStatement()) {
      statement.execute(sql);
      owner.commit();
    } finally {
      owner.rollback();
      owner.setAutoCommit(true);
    }
  }

  private static Set<String> roles(Connection owner) throws SQLException {
    Set<String> roles = new HashSet<>();
    try (Statement statement = owner.createStatement();
        ResultSet rows =
            statement.executeQuery("select rolname from pg_roles where rolname like 'ipai\\_%'")) {
      while (rows.next()) {
        roles.add(rows.getString(1));
      }
    }
    return roles;
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
