package ai.ipai.server.bench;

import ai.ipai.connectors.file.FileConnectorType;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Files to bronze, metadata columns, checkpoints, audit and the swap included, beside {@code psql
 * \copy} of the same rows into a plain table, in turns of one run; and a PostgreSQL table beside
 * two psql and a pipe. Goals: 0.9 of its speed for CSV, 0.8 for JSON lines and the table, 0.65 for
 * Parquet. {@code IPAI_BENCH_ROWS} sets another number of rows, {@code IPAI_BENCH_ONLY} one source,
 * such as {@code postgresql}.
 */
final class LoadCost implements Benchmark {
  private static final int ROWS = 2_000_000;
  private static final int ROUNDS = 3;

  @Override
  public String name() {
    return "ingest";
  }

  @Override
  public String summary() {
    return "CSV, JSON lines, Parquet and a PostgreSQL table to bronze, beside psql (about four minutes)";
  }

  private record Format(String name, double goal) {}

  @Override
  public List<Measurement> run(BenchmarkRun run) throws Exception {
    int rows = Integer.parseInt(run.environment().getOrDefault("IPAI_BENCH_ROWS", "" + ROWS));
    List<Measurement> measured = new ArrayList<>();
    try (Installation installation = run.open()) {
      Progress.Step step = run.progress().begin("files", "files", 3);
      LoadFiles files = LoadFiles.write(run.scratch().resolve("files"), rows);
      step.done(rows + " rows, " + Files.size(files.csv()) / 1_000_000 + " MB of CSV");
      PlainCopy plain = PlainCopy.of(installation, run.environment());
      String only = run.environment().getOrDefault("IPAI_BENCH_ONLY", "");
      for (Format format :
          List.of(new Format("csv", 0.9), new Format("ndjson", 0.8), new Format("parquet", 0.65))) {
        if (!only.isEmpty() && !only.equals(format.name())) {
          continue;
        }
        measured.addAll(compare(run, installation, files, plain, format, rows));
      }
      if (only.isEmpty() || only.equals("postgresql")) {
        measured.add(new TableCost(run, installation, plain.hasPsql(), rows).compare(files.csv()));
      }
    }
    return measured;
  }

  private static List<Measurement> compare(
      BenchmarkRun run,
      Installation installation,
      LoadFiles files,
      PlainCopy plain,
      Format format,
      int rows)
      throws Exception {
    apply(installation, format.name());
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    List<Double> shares = new ArrayList<>();
    List<Double> ourCost = new ArrayList<>();
    List<Double> theirCost = new ArrayList<>();
    ProcessorTime processor = ProcessorTime.of(installation);
    Progress.Step step = run.progress().begin(format.name() + " to bronze", "rounds", ROUNDS);
    for (int round = 1; round <= ROUNDS; round++) {
      double before = processor.seconds();
      double copied = plain.seconds(files.csv(), rows);
      double between = processor.seconds();
      double loaded = load(installation, files.folder(), format.name(), rows);
      double millions = rows / 1e6;
      theirCost.add((between - before) / millions);
      ourCost.add((processor.seconds() - between) / millions);
      theirs.add(rows / copied);
      ours.add(rows / loaded);
      shares.add(loaded / copied);
      step.at(round);
    }
    step.done(String.format(Locale.ROOT, "%,.0f rows/s", median(ours)));
    return List.of(
        Measurement.of(format.name() + " to bronze", median(ours), "rows/s")
            .beside(plain.name(), median(theirs))
            .judged(
                new Measurement.Goal(
                    "time of " + plain.name(), median(shares), "x", 1 / format.goal())),
        Measurement.of(format.name() + ": processor time of a million rows", median(ourCost), "s")
            .beside(plain.name(), median(theirCost)));
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private static void apply(Installation installation, String format) throws SQLException {
    ConnectorDefinition definition =
        ConnectorDefinition.of(
            format,
            Map.of(
                "type",
                "file",
                "domain",
                "bench",
                "connection",
                Map.of("folder", "."),
                "streams",
                List.of(Map.of("name", format, "glob", "rows." + format, "mode", "full_refresh"))));
    new ControlTransactions(installation.database())
        .run(CallerOptions.writing(), connection -> ConnectorStore.put(connection, definition));
  }

  private static double load(Installation installation, Path folder, String format, int rows)
      throws SQLException {
    SyncRunner runner =
        new SyncRunner(
            installation.database(),
            installation.auditLog()::record,
            List.of(new FileConnectorType()),
            (connector, reference) -> "",
            Clock.systemUTC(),
            folder);
    long start = System.nanoTime();
    SyncReport report = runner.sync(format, SyncOptions.of("bench"), ProgressListener.none());
    double seconds = (System.nanoTime() - start) / 1e9;
    for (StreamReport stream : report.streams()) {
      if (stream.error().isPresent()) {
        throw stream.error().get();
      }
    }
    try (Connection connection = installation.database().open(Login.LOADER);
        Statement statement = connection.createStatement();
        ResultSet count = statement.executeQuery("select count(*) from bronze_bench." + format)) {
      count.next();
      if (count.getLong(1) != rows || report.counts().rescued() != 0) {
        throw new IllegalStateException("rows are missing: " + count.getLong(1));
      }
    }
    return seconds;
  }
}
