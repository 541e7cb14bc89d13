package ai.ipai.testing.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.postgres.Database;
import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.postgres.PostgresErrors;
import ai.ipai.postgres.caller.Caller;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.CallerTransactions;
import ai.ipai.postgres.caller.ControlTransactions;
import ai.ipai.postgres.login.Login;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.postgres.login.RuntimeLoginCheck;
import ai.ipai.postgres.migration.InstallReport;
import ai.ipai.postgres.migration.Installer;
import ai.ipai.postgres.migration.MigrationSet;
import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What must hold on a database that somebody else has set up, whatever its version. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SupabaseContractTest {
  private final MasterKey key = MasterKey.generate();
  private final MigrationSet platform = MigrationSet.ofPlatform();
  private TestServer server;
  private DatabaseUrl owner;
  private InstallReport report;

  /** A fresh server. */
  abstract TestServer start();

  /** Makes it the provider's; returns the migrating login. */
  DatabaseUrl handOver(TestServer fresh) {
    return fresh.becomeSupabase();
  }

  @BeforeAll
  void install() {
    server = start();
    owner = handOver(server);
    report = new Installer(platform, key).install(owner);
  }

  @AfterAll
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  @Tag("REQ-DB-032")
  void everyMigrationIsAppliedAndEveryLoginLives() throws Exception {
    assertThat(report.migrations().applied()).isEqualTo(platform.migrations());
    assertThat(report.missing()).isEmpty();
    try (Database database = Database.of(owner, key)) {
      for (Login login : Login.all()) {
        try (Connection connection = database.open(login)) {
          assertThat(text(connection, "select current_user")).isEqualTo(login.role());
        }
      }
    }
  }

  @Test
  @Tag("REQ-DB-032")
  void installingAgainChangesNothing() {
    InstallReport again = new Installer(platform, key).install(owner);

    assertThat(again.migrations().applied()).isEmpty();
    assertThat(again.migrations().present()).isEqualTo(platform.migrations());
    assertThat(again.migrations().warnings()).isEmpty();
    assertThat(again.logins()).isEmpty();
  }

  @Test
  @Tag("REQ-DB-006")
  void aChangedPasswordOrAnotherKeyIsSetRightByInstallingAgain() throws Exception {
    try (Connection connection = PostgresClient.open(owner, "test");
        Statement statement = connection.createStatement()) {
      statement.execute("alter role ipai_server password 'changed by hand'");
    }

    assertThat(new Installer(platform, key).install(owner).logins()).containsAll(Login.all());
    try (Database database = Database.of(owner, key)) {
      database.open(Login.SERVER).close();
    }

    MasterKey other = MasterKey.generate();
    assertThat(new Installer(platform, other).install(owner).logins()).containsAll(Login.all());
    try (Database database = Database.of(owner, other)) {
      database.open(Login.PUBLISHER).close();
    }
    new Installer(platform, key).install(owner);
  }

  @Test
  @Tag("REQ-DB-007")
  void theServersLoginMayServeAndTheOwnersMayNot() throws Exception {
    try (Database database = Database.of(owner, key);
        Connection runtime = database.open(Login.SERVER);
        Connection tooStrong = PostgresClient.open(owner, "test");
        Connection superuser = PostgresClient.open(server.superuserUrl(), "test");
        Connection loader = database.open(Login.LOADER)) {
      RuntimeLoginCheck.check(runtime);
      try (Statement statement = loader.createStatement()) {
        statement.execute("create schema bronze_check; create table bronze_check.t (id int)");
      }
      for (Connection strong : new Connection[] {tooStrong, superuser, loader}) {
        assertThatThrownBy(() -> RuntimeLoginCheck.check(strong))
            .isInstanceOfSatisfying(
                IpaiException.class,
                refused -> {
                  assertThat(refused.code()).isEqualTo(PostgresErrors.LOGIN_TOO_STRONG);
                  assertThat(refused.hint()).contains("./ipai migrate");
                });
      }
      try (Statement statement = loader.createStatement()) {
        statement.execute("drop schema bronze_check cascade");
      }
    }
  }

  @Test
  @Tag("REQ-DB-032")
  void callersAndTheControlPlaneWork() throws Exception {
    try (Database database = Database.of(owner, key)) {
      String subject = "6f1f5c0e-0000-4000-8000-000000000001";
      Caller caller =
          new Caller(
              subject,
              "authenticated",
              "{\"role\":\"authenticated\",\"sub\":\"" + subject + "\"}",
              "r",
              "somebody");
      String asCaller =
          new CallerTransactions(database)
              .run(
                  caller,
                  CallerOptions.reading(),
                  connection -> text(connection, "select current_user || ' ' || auth.uid()"));
      String asControl =
          new ControlTransactions(database)
              .run(CallerOptions.reading(), connection -> text(connection, "select current_user"));
      assertThat(asCaller).isEqualTo("authenticated " + subject);
      assertThat(asControl).isEqualTo("ipai_control");
    }
  }

  @Test
  @Tag("REQ-DB-032")
  void noPartOfThePlatformIsStrong() throws Exception {
    try (Connection connection = PostgresClient.open(owner, "test")) {
      assertThat(
              text(
                  connection,
                  "select coalesce(string_agg(rolname, ', '), '') from pg_roles"
                      + " where rolname like 'ipai\\_%' and (rolsuper or rolbypassrls"
                      + " or rolcreaterole or rolcreatedb or rolreplication)"))
          .isEmpty();
    }
  }

  DatabaseUrl owner() {
    return owner;
  }

  static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }
}
