package ai.ipai.server.bench;

import ai.ipai.connectors.database.DatabaseConnectorType;
import ai.ipai.ingest.definition.ConnectorDefinition;
import ai.ipai.ingest.definition.ConnectorStore;
import ai.ipai.ingest.run.ProgressListener;
import ai.ipai.ingest.run.StreamReport;
import ai.ipai.ingest.run.SyncOptions;
import ai.ipai.ingest.run.SyncReport;
import ai.ipai.ingest.run.SyncRunner;
import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.ControlTransactions;
import ai.ipai.postgres.login.Login;
import ai.ipai.server.Installation;
import ai.ipai.server.progress.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/**
 * A PostgreSQL table with a primary key to bronze by a full refresh, beside {@code psql -c "copy …
 * to stdout" | psql -c "copy … from stdin"} into a plain table, in turns of one run.
 */
final class TableCost {
  private static final String SOURCE = "bronze_bench_source";
  private static final String PLAIN = "bronze_bench_plain.copied";
  private static final int ROUNDS = 3;
  private static final double GOAL = 0.8;

  private final BenchmarkRun run;
  private final Installation installation;
  private final boolean hasPsql;
  private final int rows;

  TableCost(BenchmarkRun run, Installation installation, boolean hasPsql, int rows) {
    this.run = run;
    this.installation = installation;
    this.hasPsql = hasPsql;
    this.rows = rows;
  }

  Measurement compare(Path csv) throws Exception {
    Progress.Step step = run.progress().begin("PostgreSQL to bronze", "rounds", ROUNDS);
    fill(csv);
    apply();
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    List<Double> shares = new ArrayList<>();
    for (int round = 1; round <= ROUNDS; round++) {
      double copied = plain();
      double loaded = load();
      theirs.add(rows / copied);
      ours.add(rows / loaded);
      shares.add(loaded / copied);
      step.at(round);
    }
    step.done(String.format(Locale.ROOT, "%,.0f rows/s", median(ours)));
    String baseline = hasPsql ? "psql COPY | psql COPY" : "COPY to COPY (no psql here)";
    return Measurement.of("PostgreSQL to bronze", median(ours), "rows/s")
        .beside(baseline, median(theirs))
        .judged(new Measurement.Goal("time of " + baseline, median(shares), "x", 1 / GOAL));
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private void fill(Path csv) throws SQLException, IOException {
    try (Connection connection = installation.database().open(Login.LOADER);
        Statement statement = connection.createStatement();
        InputStream in = Files.newInputStream(csv)) {
      statement.execute("create schema if not exists " + SOURCE);
      statement.execute("create schema if not exists bronze_bench_plain");
      statement.execute("create table " + SOURCE + ".sold (" + LoadFiles.COLUMNS + ")");
      connection
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn("copy " + SOURCE + ".sold from stdin (format csv, header)", in, 1 << 16);
      statement.execute("alter table " + SOURCE + ".sold add primary key (id)");
      statement.execute("vacuum analyze " + SOURCE + ".sold");
    }
  }

  private void apply() throws SQLException {
    DatabaseUrl url = installation.database().url(Login.LOADER);
    ConnectorDefinition definition =
        ConnectorDefinition.of(
            "sold",
            Map.of(
                "type",
                "database",
                "domain",
                "bench_sold",
                "connection",
                Map.of(
                    "kind",
                    "postgresql",
                    "host",
                    url.host(),
                    "port",
                    (long) url.port(),
                    "database",
                    url.database(),
                    "login",
                    url.role(),
                    "secret",
                    "secret://bench",
                    "schemas",
                    List.of(SOURCE),
                    "private_addresses",
                    true),
                "streams",
                List.of(Map.of("name", "sold", "mode", "full_refresh"))));
    new ControlTransactions(installation.database())
        .run(CallerOptions.writing(), connection -> ConnectorStore.put(connection, definition));
  }

  private double load() throws SQLException {
    String password = String.valueOf(installation.database().url(Login.LOADER).password());
    SyncRunner runner =
        new SyncRunner(
            installation.database(),
            installation.auditLog()::record,
            List.of(new DatabaseConnectorType()),
            (connector, reference) -> password,
            Clock.systemUTC(),
            Path.of("."));
    long start = System.nanoTime();
    SyncReport report = runner.sync("sold", SyncOptions.of("bench"), ProgressListener.none());
    double seconds = (System.nanoTime() - start) / 1e9;
    for (StreamReport stream : report.streams()) {
      if (stream.error().isPresent()) {
        throw stream.error().get();
      }
    }
    if (report.counts().inserted() != rows || report.counts().rescued() != 0) {
      throw new IllegalStateException("rows are missing: " + report.counts());
    }
    return seconds;
  }

  private double plain() throws SQLException, IOException, InterruptedException {
    try (Connection connection = installation.database().open(Login.LOADER);
        Statement statement = connection.createStatement()) {
      statement.execute("drop table if exists " + PLAIN);
      statement.execute("create table " + PLAIN + " (" + LoadFiles.COLUMNS + ")");
      String out = "copy " + SOURCE + ".sold to stdout";
      String in = "copy " + PLAIN + " from stdin";
      long start = System.nanoTime();
      if (hasPsql) {
        piped(out, in);
      } else {
        through(connection, out, in);
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      statement.execute("drop table " + PLAIN);
      return seconds;
    }
  }

  private void piped(String out, String in) throws IOException, InterruptedException {
    for (Process process : ProcessBuilder.startPipeline(List.of(psql(out), psql(in)))) {
      if (process.waitFor() != 0) {
        throw new IllegalStateException("psql ended with " + process.exitValue());
      }
    }
  }

  private ProcessBuilder psql(String sql) {
    DatabaseUrl url = installation.database().url(Login.LOADER);
    ProcessBuilder psql =
        new ProcessBuilder("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", sql);
    psql.environment()
        .putAll(
            Map.of(
                "PGHOST", url.host(),
                "PGPORT", Integer.toString(url.port()),
                "PGDATABASE", url.database(),
                "PGUSER", url.role(),
                "PGPASSWORD", String.valueOf(url.password())));
    return psql.redirectError(ProcessBuilder.Redirect.INHERIT);
  }

  private void through(Connection to, String out, String in) throws SQLException {
    try (Connection from = installation.database().open(Login.LOADER)) {
      CopyOut reading = from.unwrap(PGConnection.class).getCopyAPI().copyOut(out);
      CopyIn writing = to.unwrap(PGConnection.class).getCopyAPI().copyIn(in);
      for (byte[] row = reading.readFromCopy(); row != null; row = reading.readFromCopy()) {
        writing.writeToCopy(row, 0, row.length);
      }
      writing.endCopy();
    }
  }
}
