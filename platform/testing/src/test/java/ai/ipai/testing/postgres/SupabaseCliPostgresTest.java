package ai.ipai.testing.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.postgres.migration.Installer;
import ai.ipai.postgres.migration.Migration;
import ai.ipai.postgres.migration.MigrationReport;
import ai.ipai.postgres.migration.MigrationSet;
import ai.ipai.postgres.migration.Migrator;
import java.nio.file.Path;
import java.sql.Connection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the real CLI, on a fresh database as Supabase hands it over. */
class SupabaseCliPostgresTest {
  private static final String RECORDS =
      "select string_agg(concat_ws(e'\\x1f', version, name,"
          + " array_to_string(statements, e'\\x1e')), e'\\x1d' order by version)"
          + " from supabase_migrations.schema_migrations";

  private static SupabaseCli cli;
  private final MigrationSet platform = MigrationSet.ofPlatform();
  private TestServer server;
  private DatabaseUrl owner;
  @TempDir Path project;

  @BeforeAll
  static void fetchCli() {
    cli = SupabaseCli.fetch();
  }

  @BeforeEach
  void start() throws Exception {
    server = TestServer.embedded();
    owner = server.becomeSupabase();
    for (Migration migration : platform.migrations()) {
      SupabaseCli.addMigration(project, migration.file(), migration.sql());
    }
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  @Tag("REQ-DB-033")
  void afterTheCliPushedThePlatformFindsNothingToDo() throws Exception {
    cli.run(project, "db", "push", "--yes", "--remote=" + owner.revealed());

    try (Connection connection = PostgresClient.open(owner, "test")) {
      String byCli = SupabaseContractTest.text(connection, RECORDS);
      MigrationReport report = new Migrator(platform).apply(connection);
      assertThat(report.applied()).isEmpty();
      assertThat(report.present()).isEqualTo(platform.migrations());
      assertThat(report.warnings()).isEmpty();

      server.execute(server.superuserUrl(), "create database other owner postgres");
      DatabaseUrl other = owner.withDatabase("other");
      try (Connection second = PostgresClient.open(other, "test")) {
        new Migrator(platform).apply(second);
        assertThat(SupabaseContractTest.text(second, RECORDS)).isEqualTo(byCli);
      }
    }
  }

  @Test
  @Tag("REQ-DB-033")
  @Tag("REQ-DB-034")
  void afterThePlatformInstalledTheCliFindsNothingToDoAndItsAdvisorsAreSilent() throws Exception {
    new Installer(platform, MasterKey.generate()).install(owner);

    assertThat(cli.run(project, "db", "push", "--yes", "--remote=" + owner.revealed()))
        .contains("up to date");
    assertThat(
            cli.run(
                project,
                "db",
                "advisors",
                "--remote=" + owner.revealed(),
                "--type=all",
                "--level=warn",
                "--fail-on=warn"))
        .doesNotContain("\"level\"");
  }

  @Test
  @Tag("REQ-DB-034")
  void theAdvisorsWouldSpeakUp() throws Exception {
    server.execute(owner, "create table public.open_to_all (id int primary key)");

    assertThat(
            cli.fail(
                project,
                "db",
                "advisors",
                "--remote=" + owner.revealed(),
                "--level=warn",
                "--fail-on=warn"))
        .contains("rls_disabled_in_public");
  }
}
