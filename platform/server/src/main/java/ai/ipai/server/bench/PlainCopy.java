package ai.ipai.server.bench;

import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.login.Login;
import ai.ipai.server.Installation;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.postgresql.PGConnection;

/**
 * The baseline: the file as it is, by COPY, into a plain table. By {@code psql \copy} where there
 * is a psql, else by the same bytes through JDBC.
 */
final class PlainCopy {
  private static final String TABLE = "bronze_bench_plain.rows";
  private final Installation installation;
  private final boolean hasPsql;

  private PlainCopy(Installation installation, boolean hasPsql) {
    this.installation = installation;
    this.hasPsql = hasPsql;
  }

  static PlainCopy of(Installation installation, Map<String, String> environment) {
    boolean hasPsql = false;
    for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      hasPsql |= Files.isExecutable(Path.of(folder, "psql"));
    }
    return new PlainCopy(installation, hasPsql);
  }

  boolean hasPsql() {
    return hasPsql;
  }

  String name() {
    return hasPsql ? "psql \\copy" : "COPY of the file (no psql here)";
  }

  double seconds(Path csv, int rows) throws SQLException, IOException, InterruptedException {
    try (Connection connection = installation.database().open(Login.LOADER);
        Statement statement = connection.createStatement()) {
      statement.execute("create schema if not exists bronze_bench_plain");
      statement.execute("drop table if exists " + TABLE);
      statement.execute("create table " + TABLE + " (" + LoadFiles.COLUMNS + ")");
      long start = System.nanoTime();
      long copied = hasPsql ? psql(csv, rows) : jdbc(connection, csv);
      double seconds = (System.nanoTime() - start) / 1e9;
      if (copied != rows) {
        throw new IllegalStateException("COPY took " + copied + " rows of " + rows);
      }
      statement.execute("drop table " + TABLE);
      return seconds;
    }
  }

  private static long jdbc(Connection connection, Path csv) throws SQLException, IOException {
    try (InputStream in = Files.newInputStream(csv)) {
      return connection
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn("copy " + TABLE + " from stdin (format csv, header)", in, 1 << 16);
    }
  }

  private long psql(Path csv, int rows) throws IOException, InterruptedException {
    DatabaseUrl url = installation.database().url(Login.LOADER);
    ProcessBuilder psql =
        new ProcessBuilder(
            "psql",
            "-X",
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            "\\copy " + TABLE + " from '" + csv + "' (format csv, header)");
    psql.environment()
        .putAll(
            Map.of(
                "PGHOST", url.host(),
                "PGPORT", Integer.toString(url.port()),
                "PGDATABASE", url.database(),
                "PGUSER", url.role(),
                "PGPASSWORD", String.valueOf(url.password())));
    Process process = psql.inheritIO().start();
    return process.waitFor() == 0 ? rows : -1;
  }
}
