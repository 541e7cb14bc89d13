package ai.ipai.server.bench;

import ai.ipai.connectors.odoo.OdooConnectorType;
import ai.ipai.ingest.definition.ConnectorDefinition;
import ai.ipai.ingest.definition.ConnectorStore;
import ai.ipai.ingest.run.ProgressListener;
import ai.ipai.ingest.run.StreamReport;
import ai.ipai.ingest.run.SyncOptions;
import ai.ipai.ingest.run.SyncReport;
import ai.ipai.ingest.run.SyncRunner;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.ControlTransactions;
import ai.ipai.postgres.login.Login;
import ai.ipai.server.Installation;
import ai.ipai.server.progress.Progress;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a sync of Odoo costs beside Odoo: rows per second beside bare calls of the same pages, 100
 * changes in a large model beside 100 in a small one, deletions looked for each time, and the
 * search for deletions among a million ids. The server is a generated one with one worker; for the
 * first figure it takes as long for each record as a real Odoo 18 was measured to take. {@code
 * IPAI_BENCH_ROWS} sets the size of the large model.
 */
final class OdooCost implements Benchmark {
  private static final int LARGE = 1_000_000;
  private static final int SMALL = 10_000;
  private static final int READ = 100_000;
  private static final int PAGE = 1_000;
  private static final int ROUNDS = 3;
  private static final int CHANGES = 100;
  private static final int CHANGE_ROUNDS = 7;
  private static final int DELETED = 1_000;

  /** Journal items, 56 fields, pages of 1,000, load='': 0.147 ms of processor time a row. */
  private static final Duration AS_MEASURED = Duration.ofNanos(147_000);

  private static final DateTimeFormatter ODOO =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  @Override
  public String name() {
    return "odoo";
  }

  @Override
  public String summary() {
    return "Odoo to bronze beside bare calls, 100 changes, a sweep for deletions (about three"
        + " minutes)";
  }

  @Override
  public List<Measurement> run(BenchmarkRun run) throws Exception {
    int large = Integer.parseInt(run.environment().getOrDefault("IPAI_BENCH_ROWS", "" + LARGE));
    List<Measurement> measured = new ArrayList<>();
    try (Installation installation = run.open()) {
      measured.add(reading(run, installation));
      changesAndDeletions(run, installation, large, measured);
    }
    return measured;
  }

  private static Measurement reading(BenchmarkRun run, Installation installation) throws Exception {
    List<Double> bare = new ArrayList<>();
    List<Double> ours = new ArrayList<>();
    List<Double> shares = new ArrayList<>();
    Progress.Step step = run.progress().begin("first readings", "rounds", ROUNDS);
    try (GeneratedOdoo odoo = GeneratedOdoo.start(READ)) {
      apply(installation, "paced", odoo, "reconcile");
      sync(installation, "paced", true);
      odoo.takes(AS_MEASURED);
      for (int round = 1; round <= ROUNDS; round++) {
        double called = bareCalls(odoo);
        double synced = sync(installation, "paced", true);
        bare.add(READ / called);
        ours.add(READ / synced);
        shares.add(synced / called);
        step.at(round);
      }
    }
    step.done(String.format(Locale.ROOT, "%,.0f rows/s", median(ours)));
    return Measurement.of("Odoo to bronze", median(ours), "rows/s")
        .beside("bare calls, pages of " + PAGE, median(bare))
        .judged(new Measurement.Goal("time of bare calls", median(shares), "x", 1 / 0.9));
  }

  /** One page after the other, read to its end and thrown away. */
  private static double bareCalls(GeneratedOdoo odoo) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      long start = System.nanoTime();
      for (int after = 0; after < READ; after += PAGE) {
        String body =
            """
            {"jsonrpc":"2.0","method":"call","id":1,"params":{"service":"object","method":"execute_kw",
             "args":["bench",2,"x","%s","search_read",[],
              {"domain":[["id",">",%d]],"fields":%s,"limit":%d,"order":"id","load":""}]}}
            """
                .formatted(GeneratedOdoo.MODEL, after, GeneratedOdoo.FIELDS, PAGE);
        HttpResponse<byte[]> page =
            client.send(
                HttpRequest.newBuilder(URI.create(odoo.url() + "/jsonrpc"))
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        if (page.statusCode() != 200) {
          throw new IllegalStateException("status " + page.statusCode());
        }
      }
      return (System.nanoTime() - start) / 1e9;
    }
  }

  private static void changesAndDeletions(
      BenchmarkRun run, Installation installation, int large, List<Measurement> measured)
      throws Exception {
    try (GeneratedOdoo few = GeneratedOdoo.start(SMALL);
        GeneratedOdoo many = GeneratedOdoo.start(large)) {
      Progress.Step step = run.progress().begin("first reading", "rows", large);
      apply(installation, "few", few, "each_run");
      sync(installation, "few", false);
      apply(installation, "many", many, "each_run");
      double seconds = sync(installation, "many", false);
      step.done(String.format(Locale.ROOT, "%,.0f rows/s", large / seconds));
      measured.add(
          Measurement.of(
              "first reading, the server's part next to nothing", large / seconds, "rows/s"));
      measured.add(changes(run, installation, few, many, large));
      measured.add(deletions(run, installation, many, large));
    }
  }

  private static Measurement changes(
      BenchmarkRun run, Installation installation, GeneratedOdoo few, GeneratedOdoo many, int large)
      throws SQLException {
    List<Double> small = new ArrayList<>();
    List<Double> big = new ArrayList<>();
    Progress.Step step = run.progress().begin("100 changes", "rounds", CHANGE_ROUNDS);
    for (int round = 0; round < CHANGE_ROUNDS; round++) {
      small.add(changed(installation, "few", few, SMALL, round));
      big.add(changed(installation, "many", many, large, round));
      step.at(round);
    }
    double share = median(big) / median(small);
    step.done(String.format(Locale.ROOT, "%.2f of the small model's time", share));
    return Measurement.of(
            "100 changes among " + large + ", less the server's time", median(big), "s")
        .beside("100 changes among " + SMALL, median(small))
        .judged(new Measurement.Goal("time of the small model", share, "x", 1.2));
  }

  /** Seconds of the platform. */
  private static double changed(
      Installation installation, String connector, GeneratedOdoo odoo, int rows, int round)
      throws SQLException {
    String at = ODOO.format(Instant.now().minusSeconds(60L - round));
    for (int i = 0; i < CHANGES; i++) {
      odoo.write(1L + (long) i * (rows / CHANGES) + round, at);
    }
    long before = odoo.busyNanos();
    double seconds = sync(installation, connector, false);
    return seconds - (odoo.busyNanos() - before) / 1e9;
  }

  private static Measurement deletions(
      BenchmarkRun run, Installation installation, GeneratedOdoo many, int large)
      throws SQLException {
    Progress.Step step = run.progress().begin("deletions", "sweeps", 2);
    double nothing = sync(installation, "many", false);
    step.at(1);
    for (int i = 0; i < DELETED; i++) {
      many.delete(1L + (long) i * (large / DELETED));
    }
    double seconds = sync(installation, "many", false);
    step.done(String.format(Locale.ROOT, "%.2f s", seconds));
    long found = deleted(installation);
    if (found != DELETED) {
      throw new IllegalStateException("deletions found: " + found);
    }
    return Measurement.of(
            "sync that finds %d deletions all over %d ids".formatted(DELETED, large), seconds, "s")
        .beside("the same where nothing is gone", nothing)
        .atMost(5);
  }

  private static long deleted(Installation installation) throws SQLException {
    try (Connection connection = installation.database().open(Login.LOADER);
        Statement statement = connection.createStatement();
        ResultSet count =
            statement.executeQuery(
                "select count(*) from bronze_bench_many.bench_record where _ipai_op = 'd'")) {
      count.next();
      return count.getLong(1);
    }
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private static void apply(
      Installation installation, String name, GeneratedOdoo odoo, String deletes)
      throws SQLException {
    ConnectorDefinition definition =
        ConnectorDefinition.of(
            name,
            Map.of(
                "type",
                "odoo",
                "domain",
                "bench_" + name,
                "connection",
                Map.of(
                    "url",
                    odoo.url(),
                    "database",
                    "bench",
                    "login",
                    "bench",
                    "secret",
                    "secret://bench",
                    "private_addresses",
                    true,
                    "page_size",
                    (long) PAGE,
                    "deletes",
                    deletes),
                "streams",
                List.of(GeneratedOdoo.MODEL)));
    new ControlTransactions(installation.database())
        .run(CallerOptions.writing(), connection -> ConnectorStore.put(connection, definition));
  }

  private static double sync(Installation installation, String connector, boolean anew)
      throws SQLException {
    SyncRunner runner =
        new SyncRunner(
            installation.database(),
            installation.auditLog()::record,
            List.of(new OdooConnectorType()),
            (name, reference) -> "x",
            Clock.systemUTC(),
            Path.of("."));
    SyncOptions options = SyncOptions.of("bench");
    long start = System.nanoTime();
    SyncReport report =
        runner.sync(connector, anew ? options.withFullRefresh() : options, ProgressListener.none());
    double seconds = (System.nanoTime() - start) / 1e9;
    for (StreamReport stream : report.streams()) {
      if (stream.error().isPresent()) {
        throw stream.error().get();
      }
    }
    return seconds;
  }
}
