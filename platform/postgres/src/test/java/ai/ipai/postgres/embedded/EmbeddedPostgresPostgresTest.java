package ai.ipai.postgres.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.postgres.PostgresErrors;
import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.IpaiException;
import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresPostgresTest {
  private EmbeddedConfig config;

  @BeforeEach
  void makeFolder() throws Exception {
    config = ServerFolders.fresh();
  }

  @AfterEach
  void deleteFolder() throws Exception {
    Folders.delete(config.dataDir());
  }

  @Test
  @Tag("REQ-DB-001")
  void theFirstStartMakesADurableServerWhoseOwnerIsNoSuperuser() throws Exception {
    try (EmbeddedPostgres server = EmbeddedPostgres.start(config)) {
      assertThat(server.isFirstStart()).isTrue();
      assertThat(setting(server, "fsync")).isEqualTo("on");
      assertThat(setting(server, "data_checksums")).isEqualTo("on");
      assertThat(setting(server, "wal_level")).isEqualTo("logical");
      assertThat(setting(server, "listen_addresses")).isEqualTo("127.0.0.1");
      assertThat(
              text(
                  server.url(),
                  "select rolsuper || ' ' || rolbypassrls from pg_roles"
                      + " where rolname = current_user"))
          .isEqualTo("false true");
      assertThat(
              text(
                  server.url(),
                  "select pg_get_userbyid(datdba) || ' ' || datlocprovider::text || ' ' || datlocale"
                      + " from pg_database where datname = current_database()"))
          .isEqualTo("postgres b C.UTF-8");
    }
  }

  @Test
  @Tag("REQ-DB-001")
  void passwordsArePrivateAndAWrongOneIsRefused() throws Exception {
    try (EmbeddedPostgres server = EmbeddedPostgres.start(config)) {
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(config.dataDir().resolve("credentials.json"))))
          .isEqualTo("rw-------");
      assertThat(
              text(
                  server.superuserUrl(),
                  "select count(*)::text from pg_authid"
                      + " where rolpassword not like 'SCRAM-SHA-256%'"))
          .isEqualTo("0");
      assertRefused(
          PostgresErrors.WRONG_PASSWORD,
          () -> PostgresClient.open(server.url().withLogin("postgres", "guess"), "test"));
    }
  }

  @Test
  @Tag("REQ-DB-002")
  void aRestartKeepsDataAndPasswordsAndUpgradesSettings() throws Exception {
    DatabaseUrl before;
    try (EmbeddedPostgres server = EmbeddedPostgres.start(config)) {
      before = server.url();
      execute(before, "create table kept as select 42 as answer");
    }
    Path settings = config.clusterDir().resolve("ipai.conf");
    Files.writeString(settings, "work_mem = '64kB'\n");

    try (EmbeddedPostgres server = EmbeddedPostgres.start(config)) {
      assertThat(server.isFirstStart()).isFalse();
      assertThat(server.url().password()).isEqualTo(before.password());
      assertThat(text(server.url(), "select answer::text from kept")).isEqualTo("42");
      assertThat(setting(server, "work_mem")).isNotEqualTo("64kB");
    }
  }

  @Test
  @Tag("REQ-DB-004")
  void theOperatorsOwnSettingsWin() throws Exception {
    EmbeddedPostgres.start(config).close();
    Files.writeString(config.clusterDir().resolve("custom.conf"), "work_mem = '5MB'\n");

    try (EmbeddedPostgres server = EmbeddedPostgres.start(config)) {
      assertThat(setting(server, "work_mem")).isEqualTo("5MB");
    }
  }

  @Test
  @Tag("REQ-DB-003")
  void aSecondInstanceOnTheSameFolderIsRefusedNamingTheFirst() throws Exception {
    String own = Long.toString(ProcessHandle.current().pid());
    try (EmbeddedPostgres server = EmbeddedPostgres.start(config)) {
      assertThatThrownBy(() -> EmbeddedPostgres.start(config))
          .isInstanceOfSatisfying(
              IpaiException.class,
              refused -> {
                assertThat(refused.code()).isEqualTo(PostgresErrors.DATA_DIR_IN_USE);
                assertThat(refused.getMessage()).contains(own).doesNotContain("\n");
                assertThat(refused.hint()).contains("kill " + own);
              });

      Process other = ServerChild.start(config.dataDir());
      try (BufferedReader output = other.inputReader()) {
        String said = String.join("\n", output.lines().toList());
        assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(other.exitValue()).isEqualTo(1);
        assertThat(said).contains("is in use by process " + own);
      }
      assertThat(text(server.url(), "select 'unharmed'")).isEqualTo("unharmed");
    }
  }

  @Test
  @Tag("REQ-DB-003")
  void aTakenPortIsNamedWithItsCure() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      EmbeddedConfig onPort =
          new EmbeddedConfig(
              config.dataDir(),
              port,
              config.binariesDir(),
              config.preparedDir(),
              true,
              config.settings());

      assertThatThrownBy(() -> EmbeddedPostgres.start(onPort))
          .isInstanceOfSatisfying(
              IpaiException.class,
              refused -> {
                assertThat(refused.code()).isEqualTo(PostgresErrors.PORT_TAKEN);
                assertThat(refused.getMessage()).contains(Integer.toString(port));
                assertThat(refused.hint()).isNotEmpty();
              });
    }
    EmbeddedPostgres.start(config).close();
  }

  @Test
  @Tag("REQ-DB-003")
  void dataOfAnotherMajorVersionIsRefusedUntouched() throws Exception {
    EmbeddedPostgres.start(config).close();
    Path version = config.clusterDir().resolve("PG_VERSION");
    Files.writeString(version, "17\n");

    assertRefused(PostgresErrors.OTHER_MAJOR_VERSION, () -> EmbeddedPostgres.start(config));

    Files.writeString(version, "18\n");
    EmbeddedPostgres.start(config).close();
  }

  @Test
  @Tag("REQ-DB-003")
  void lostCredentialsAreSaidSo() throws Exception {
    EmbeddedPostgres.start(config).close();
    Files.delete(config.dataDir().resolve("credentials.json"));

    assertRefused(PostgresErrors.CREDENTIALS_LOST, () -> EmbeddedPostgres.start(config));
  }

  @Test
  @Tag("REQ-DB-003")
  void aSettingThatPostgresRefusesIsNamedFromItsLog() {
    assertThatThrownBy(() -> EmbeddedPostgres.start(config.withSetting("shared_buffers", "lots")))
        .isInstanceOfSatisfying(
            IpaiException.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(PostgresErrors.START_FAILED);
              assertThat(refused.getMessage()).contains("ipai.conf");
            });
  }

  @Test
  @Tag("REQ-DB-002")
  void aFirstStartThatWasKilledIsBegunAnew() throws Exception {
    Files.createDirectories(config.serverDir().resolve("data.partial/base"));
    Files.writeString(config.serverDir().resolve("data.partial/PG_VERSION"), "18\n");

    try (EmbeddedPostgres server = EmbeddedPostgres.start(config)) {
      assertThat(text(server.url(), "select 'whole'")).isEqualTo("whole");
    }
  }

  /** As root this is the user namespace, since nobody cannot pass the private folder. */
  @Test
  @Tag("REQ-DB-001")
  void aFolderThatOnlyWeCanReachServesToo(@TempDir Path hidden) throws Exception {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(hidden)))
        .isEqualTo("rwx------");
    EmbeddedConfig inside = ServerFolders.config(hidden.resolve("data"));

    EmbeddedPostgres.start(inside).close();
    try (EmbeddedPostgres server = EmbeddedPostgres.start(inside)) {
      assertThat(text(server.url(), "select 'served'")).isEqualTo("served");
    }
  }

  private static void assertRefused(ErrorCode code, Runnable attempt) {
    assertThatThrownBy(attempt::run)
        .isInstanceOfSatisfying(
            IpaiException.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(code);
              assertThat(refused.hint()).isNotEmpty();
            });
  }

  private static String setting(EmbeddedPostgres server, String name) throws SQLException {
    return text(server.url(), "select current_setting('" + name + "')");
  }

  static String text(DatabaseUrl url, String sql) throws SQLException {
    try (Connection connection = PostgresClient.open(url, "test");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  static void execute(DatabaseUrl url, String sql) throws SQLException {
    try (Connection connection = PostgresClient.open(url, "test");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
