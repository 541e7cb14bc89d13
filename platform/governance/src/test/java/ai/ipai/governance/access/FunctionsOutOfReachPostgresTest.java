package ai.ipai.governance.access;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.postgres.Database;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.postgres.embedded.EmbeddedConfig;
import ai.ipai.postgres.embedded.EmbeddedPostgres;
import ai.ipai.postgres.embedded.Folders;
import ai.ipai.postgres.login.Login;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.postgres.migration.Installer;
import ai.ipai.postgres.migration.Migration;
import ai.ipai.postgres.migration.MigrationSet;
import ai.ipai.testing.postgres.TestDatabase;
import ai.ipai.testing.postgres.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What every role of PostgreSQL may execute by itself, and nobody should who writes SQL on a login
 * that callers share. The gateway refuses such SQL before; this is what stands behind it.
 */
@Tag("REQ-ACCESS-020")
class FunctionsOutOfReachPostgresTest {
  private static final List<String> CALLS =
      List.of(
          "pg_terminate_backend(0)",
          "pg_cancel_backend(0)",
          "pg_sleep(0)",
          "pg_sleep_for('0')",
          "pg_sleep_until(now())",
          "query_to_xml('select 1', true, true, '')",
          "query_to_xml_and_xmlschema('select 1', true, true, '')",
          "query_to_xmlschema('select 1', true, true, '')",
          "cursor_to_xml('c', 1, true, true, '')",
          "table_to_xml('pg_class', true, true, '')",
          "schema_to_xml('pg_catalog', true, true, '')",
          "database_to_xml(true, true, '')",
          "ts_stat('select ''a''::tsvector')",
          "ts_rewrite('a'::tsquery, 'select ''a''::tsquery, ''b''::tsquery')",
          "lo_create(0)",
          "lo_from_bytea(0, '')",
          "lo_get(1)",
          "lo_put(1, 0, '')",
          "lo_unlink(1)",
          "lo_open(1, 131072)",
          "loread(0, 1)",
          "lowrite(0, '')");

  @Test
  void inTheEmbeddedServerTheLoginsOfCallersHaveNoneOfThem() throws Exception {
    MasterKey key = MasterKey.generate();
    Path root =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "ipai-test-postgres-" + System.getProperty("user.name"));
    Files.createDirectories(root);
    Path folder = Files.createDirectory(root.resolve("reach-" + ProcessHandle.current().pid()));
    EmbeddedConfig config =
        EmbeddedConfig.of(folder, 0)
            .withBinariesDir(root.resolve("binaries"))
            .withoutDurability()
            .withSetting("shared_buffers", "32MB");
    try (EmbeddedPostgres server = EmbeddedPostgres.start(config);
        Database database = Database.of(server.url(), key)) {
      new Installer(MigrationSet.ofPlatform(), key).install(server.url());
      for (Login login : callers()) {
        try (Connection connection = database.open(login)) {
          assertThat(executable(connection)).as(login.toString()).isEmpty();
        }
      }
      try (Connection builder = database.open(Login.BUILDER)) {
        assertThat(executable(builder))
            .contains("pg_sleep(0)", CALLS.get(12))
            .noneMatch(call -> call.contains("_backend"));
      }
      try (Connection owner = PostgresClient.open(server.url(), "test")) {
        assertThat(text(owner, "select pg_cancel_backend(0)")).isEqualTo("f");
      }
    } finally {
      Folders.delete(folder);
    }
  }

  /** A superuser's installation takes them away as well; the host's, as on Supabase, stays. */
  @Test
  void whoMayNotDecideOverThemChangesNothing() throws Exception {
    Migration migration =
        MigrationSet.ofPlatform().migrations().stream()
            .filter(each -> each.file().endsWith("_ipai_functions_out_of_reach.sql"))
            .findFirst()
            .orElseThrow();
    try (TestDatabase database = TestPostgres.create()) {
      try (Connection owner = database.owner();
          Statement statement = owner.createStatement()) {
        statement.execute(migration.sql());
        assertThat((Object) statement.getWarnings()).isNull();
      }
      try (Connection caller = database.database().open(Login.SQL_AUDITOR)) {
        assertThat(executable(caller)).contains("pg_sleep(0)");
        try (Statement superuser = database.superuser().createStatement()) {
          superuser.execute(migration.sql());
        }
        assertThat(executable(caller)).isEmpty();
      }
      try (Connection owner = database.owner()) {
        assertThat(text(owner, "select pg_cancel_backend(0)")).isEqualTo("f");
      }
    }
  }

  private static Set<Login> callers() {
    Set<Login> logins = new TreeSet<>();
    for (Login login : Login.values()) {
      if (login.isSqlLogin()) {
        logins.add(login);
      }
    }
    assertThat(logins).hasSize(7);
    return logins;
  }

  /** Whatever is not refused for want of a privilege. */
  private static List<String> executable(Connection connection) throws SQLException {
    List<String> executable = new ArrayList<>();
    for (String call : CALLS) {
      try {
        text(connection, "select " + call);
        executable.add(call);
      } catch (SQLException refused) {
        if (!"42501".equals(refused.getSQLState())) {
          executable.add(call);
        }
      }
    }
    return executable;
  }

  private static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }
}
