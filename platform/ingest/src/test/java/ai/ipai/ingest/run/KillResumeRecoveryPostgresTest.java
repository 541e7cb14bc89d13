package ai.ipai.ingest.run;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.ingest.definition.ConnectorDefinition;
import ai.ipai.ingest.definition.ConnectorStore;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.postgres.login.Login;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.postgres.migration.Installer;
import ai.ipai.postgres.migration.MigrationSet;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.testing.postgres.TestServer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Promise 25: the platform or PostgreSQL is killed at random points of run after run, first
 * readings, changes and full refreshes. No row is lost, none is there twice, and at no time is
 * anything half visible.
 */
@Tag("REQ-CON-003")
class KillResumeRecoveryPostgresTest {
  private static final int RUNS = Boolean.getBoolean("ipai.test.all") ? 200 : 8;
  private static final long ROWS_PER_RUN = 400;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final List<String> TABLES = List.of("appended", "merged");

  private final Random random = new Random(7);
  private TestServer server;
  private Database database;
  private SyncRunner runner;

  @BeforeEach
  void start() {
    server = TestServer.durable();
    DatabaseUrl owner = server.becomeSupabase();
    MasterKey key = MasterKey.generate();
    new Installer(MigrationSet.ofPlatform(), key).install(owner);
    database = Database.of(owner, key);
    runner =
        new SyncRunner(
            database,
            (connection, entry) -> {},
            List.of(new CountingConnectorType()),
            (connector, reference) -> "",
            Clock.systemUTC(),
            Path.of("."));
  }

  @AfterEach
  void stop() {
    database.close();
    server.close();
  }

  @Test
  void everyRowIsThereExactlyOnceWhateverIsKilled() throws Exception {
    int killed = 0;
    for (int run = 1; run <= RUNS; run++) {
      apply(run * ROWS_PER_RUN);
      boolean isKilled =
          switch (run % 4) {
            case 0 -> runAndKillPostgres("full");
            case 2 -> runAndKillPostgres("");
            case 3 -> runAndKillPlatform(run % 8 == 3 ? "full" : "");
            default -> runAndKillPlatform("");
          };
      killed += isKilled ? 1 : 0;
      assertNothingIsHalfVisible(run);
    }
    assertThat(killed).as("runs that were killed").isGreaterThanOrEqualTo(RUNS / 2);
    apply(RUNS * ROWS_PER_RUN);
    SyncReport last = runner.sync("numbers", SyncOptions.of("test"), ProgressListener.none());
    assertThat(last.status()).isEqualTo(RunStatus.SUCCEEDED);
    String all = Long.toString(RUNS * ROWS_PER_RUN);
    for (String table : TABLES) {
      assertThat(
              one(
                  "select count(*) || ' ' || count(distinct id) || ' ' || min(id) || ' ' || max(id)"
                      + " from bronze_numbers."
                      + table))
          .isEqualTo(all + " " + all + " 1 " + all);
    }
    assertThat(one("select count(*) from ipai.connector_run where status = 'running'"))
        .isEqualTo("0");
    assertThat(
            one(
                "select count(*) from pg_class where relnamespace = 'ipai_stage'::regnamespace and relkind = 'r' and relname <> 'before_image'"))
        .as("stages that were left behind")
        .isEqualTo("0");
    assertThat(one("select count(*) from ipai.unprotected()")).isEqualTo("0");
  }

  /** What is visible is a whole beginning of the source, with every row once. */
  private void assertNothingIsHalfVisible(int run) throws SQLException {
    for (String table : TABLES) {
      String name = "bronze_numbers." + table;
      if (!one("select to_regclass('" + name + "')").equals("null")) {
        assertThat(
                one(
                    "select count(*) = count(distinct id) and count(*) = coalesce(max(id), 0) from "
                        + name))
            .as("%s after run %d", table, run)
            .isEqualTo("t");
      }
    }
    assertThat(one("select count(*) from ipai.unprotected()")).isEqualTo("0");
  }

  private boolean runAndKillPlatform(String mode) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx128m",
            "-cp",
            System.getProperty("java.class.path"),
            KilledChild.class.getName(),
            mode);
    builder.environment().put("LOADER_URL", database.url(Login.LOADER).revealed());
    Process child = builder.redirectErrorStream(true).start();
    int lines = 1 + random.nextInt(12);
    try (var reader = child.inputReader()) {
      for (int i = 0; i < lines; i++) {
        if (reader.readLine() == null) {
          assertThat(child.waitFor(5, TimeUnit.MINUTES)).isTrue();
          assertThat(child.exitValue()).as("a run that was not killed").isZero();
          return false;
        }
      }
    }
    child.destroyForcibly();
    assertThat(child.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return true;
  }

  /** One time the whole server, the other time one session, which takes all others with it. */
  private boolean runAndKillPostgres(String mode) throws Exception {
    SyncOptions options = SyncOptions.of("test");
    FutureTask<Optional<SyncReport>> run =
        new FutureTask<>(
            () -> {
              try {
                return Optional.of(
                    runner.sync(
                        "numbers",
                        mode.equals("full") ? options.withFullRefresh() : options,
                        ProgressListener.none()));
              } catch (IpaiException failed) {
                return Optional.empty();
              }
            });
    long pid = random.nextBoolean() ? postmaster() : backend();
    Thread.ofVirtual().start(run);
    try {
      run.get(10 + random.nextInt(250), TimeUnit.MILLISECONDS);
    } catch (java.util.concurrent.TimeoutException stillRunning) {
      kill(pid);
    }
    Optional<SyncReport> report = ended(run);
    awaitServer();
    return report.filter(r -> r.status() == RunStatus.SUCCEEDED).isEmpty();
  }

  private static Optional<SyncReport> ended(FutureTask<Optional<SyncReport>> run)
      throws InterruptedException {
    try {
      return run.get();
    } catch (ExecutionException failed) {
      throw new AssertionError(failed.getCause());
    }
  }

  private static void kill(long pid) throws IOException, InterruptedException {
    // By the tool, since PostgreSQL may belong to another user than a ProcessHandle may end.
    new ProcessBuilder("kill", "-KILL", Long.toString(pid)).start().waitFor();
  }

  private long postmaster() throws SQLException {
    return Long.parseLong(one("select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)"));
  }

  /** The checkpointer: it is always there, and its death is taken as a crash. */
  private long backend() throws SQLException {
    return Long.parseLong(
        one("select pid from pg_stat_activity where backend_type = 'checkpointer'"));
  }

  private void awaitServer() throws SQLException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        one("select 1");
        return;
      } catch (IpaiException | SQLException starting) {
        assertThat(System.nanoTime()).as("PostgreSQL is back").isLessThan(deadline);
        Thread.onSpinWait();
      }
    }
  }

  private void apply(long rows) throws SQLException {
    try (Connection connection = PostgresClient.open(server.superuserUrl(), "ipai test");
        Statement statement = connection.createStatement()) {
      statement.execute("set role ipai_control");
      ConnectorStore.put(
          connection,
          ConnectorDefinition.of(
              "numbers",
              Map.of(
                  "type",
                  "counting",
                  "connection",
                  Map.of("rows", rows, "batch", 25L),
                  "sync",
                  Map.of("commit_every", "1ms"))));
    }
  }

  private String one(String sql) throws SQLException {
    try (Connection connection = PostgresClient.open(server.superuserUrl(), "ipai test");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return String.valueOf(rows.getString(1));
    }
  }
}
