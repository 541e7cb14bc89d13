package ai.ipai.server.bench;

import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.postgres.embedded.EmbeddedConfig;
import ai.ipai.postgres.embedded.EmbeddedPostgres;
import ai.ipai.server.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** How long a start takes, and what the process holds after the demo. */
final class StartCost implements Benchmark {
  private static final int FIRST_STARTS = 3;
  private static final int SECOND_STARTS = 5;
  private static final double MOST_SECONDS_FIRST = 6;
  private static final double MOST_SECONDS_SECOND = 3;
  private static final double MOST_MEGABYTES = 500;
  private static final String READER = "aude.martin@example.com";
  private static final String TABLE = "gold_finance.trial_balance";

  @Override
  public String name() {
    return "start";
  }

  @Override
  public String summary() {
    return "first start, second start to the first governed read, memory after the demo (two minutes)";
  }

  @Override
  public List<Measurement> run(BenchmarkRun run) throws Exception {
    Path folder = run.scratch();
    // The server's own login must reach its data folder.
    Files.setPosixFilePermissions(
        folder, java.nio.file.attribute.PosixFilePermissions.fromString("rwx--x--x"));
    Progress.Step step =
        run.progress().begin("starts", "starts", 2L * FIRST_STARTS + 2L * SECOND_STARTS + 1);
    int done = 0;
    List<Double> first = new ArrayList<>();
    List<Double> bareFirst = new ArrayList<>();
    List<Double> empty = new ArrayList<>();
    for (int i = 0; i < FIRST_STARTS; i++) {
      bareFirst.add(bareFirstStart(folder.resolve("bare" + i)));
      step.at(++done);
      try (Launched server = Launched.start(run, "up", folder.resolve("first" + i))) {
        server.awaitReady();
        first.add(server.seconds());
        empty.add(server.residentMegabytes());
      }
      step.at(++done);
    }
    Path demo = folder.resolve("demo");
    double loaded;
    try (Launched server = Launched.start(run, "demo", demo)) {
      server.awaitOutput("Serving.");
      loaded = server.residentMegabytes();
    }
    step.at(++done);
    List<Double> second = new ArrayList<>();
    List<Double> bareSecond = new ArrayList<>();
    for (int i = 0; i < SECOND_STARTS; i++) {
      bareSecond.add(bareSecondStart(demo));
      step.at(++done);
      try (Launched server = Launched.start(run, "up", demo)) {
        server.readAs(READER, TABLE);
        second.add(server.seconds());
      }
      step.at(++done);
    }
    step.done(done + " starts");
    return List.of(
        firstStart(first, bareFirst), secondStart(second, bareSecond), memory(loaded, empty));
  }

  static Measurement firstStart(List<Double> seconds, List<Double> bare) {
    return Measurement.of("first start ever, to ready", median(seconds), "s")
        .beside("PostgreSQL alone", median(bare))
        .atMost(MOST_SECONDS_FIRST);
  }

  static Measurement secondStart(List<Double> seconds, List<Double> bare) {
    return Measurement.of("second start, to the first governed read", median(seconds), "s")
        .beside("JVM, then PostgreSQL and the row", median(bare))
        .atMost(MOST_SECONDS_SECOND);
  }

  static Measurement memory(double megabytes, List<Double> empty) {
    return Measurement.of("resident memory after the demo", megabytes, "MB")
        .beside("on an empty platform", median(empty))
        .atMost(MOST_MEGABYTES);
  }

  /** Unpacks PostgreSQL, makes a data folder, starts it: what no platform can do without. */
  private static double bareFirstStart(Path dataDir) throws IOException {
    Files.createDirectories(dataDir);
    long started = System.nanoTime();
    EmbeddedPostgres server = EmbeddedPostgres.start(EmbeddedConfig.of(dataDir, 0));
    double seconds = secondsSince(started);
    server.close();
    return seconds;
  }

  /** A JVM that does nothing, and then the row read by a client that governs nothing. */
  private static double bareSecondStart(Path dataDir)
      throws IOException, InterruptedException, SQLException {
    long started = System.nanoTime();
    String java = ProcessHandle.current().info().command().orElse("java");
    new ProcessBuilder(java, "-version")
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
    try (EmbeddedPostgres server = EmbeddedPostgres.start(EmbeddedConfig.of(dataDir, 0))) {
      read(server.superuserUrl());
      return secondsSince(started);
    }
  }

  private static void read(DatabaseUrl url) throws SQLException {
    try (Connection connection = PostgresClient.open(url, "ipai bench");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select * from " + TABLE + " limit 1")) {
      if (!row.next()) {
        throw new IllegalStateException(TABLE + " has no row");
      }
    }
  }

  private static double secondsSince(long started) {
    return (System.nanoTime() - started) / 1e9;
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }
}
