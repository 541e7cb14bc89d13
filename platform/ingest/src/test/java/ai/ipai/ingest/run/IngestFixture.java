package ai.ipai.ingest.run;

import ai.ipai.governance.audit.AuditEntry;
import ai.ipai.ingest.definition.ConnectorDefinition;
import ai.ipai.ingest.definition.ConnectorStore;
import ai.ipai.postgres.disk.DiskGuard;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.connector.ConnectorType;
import ai.ipai.testing.postgres.TestDatabase;
import ai.ipai.testing.postgres.TestPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A database, a runner on it, and what was audited. */
final class IngestFixture implements AutoCloseable {
  static final Path ROOT = Path.of(System.getProperty("ipai.root", "../.."));

  final TestDatabase database = TestPostgres.create();
  final List<AuditEntry> audited = Collections.synchronizedList(new ArrayList<>());
  final SyncRunner runner;

  IngestFixture(Path workspace, ConnectorType... types) {
    this(DiskGuard.NONE, workspace, types);
  }

  IngestFixture(DiskGuard disk, Path workspace, ConnectorType... types) {
    runner =
        new SyncRunner(
            database.databaseOn(disk),
            (connection, entry) -> audited.add(entry),
            List.of(types),
            (connector, reference) -> "admin",
            Clock.systemUTC(),
            workspace);
  }

  void apply(ConnectorDefinition definition) throws SQLException {
    try (Connection connection = database.superuser();
        Statement statement = connection.createStatement()) {
      statement.execute("set role ipai_control");
      ConnectorStore.put(connection, definition);
    }
  }

  SyncReport sync(String connector, SyncOptions options) {
    SyncReport report = runner.sync(connector, options, ProgressListener.none());
    for (StreamReport stream : report.streams()) {
      if (stream.error().isPresent()) {
        throw stream.error().get();
      }
    }
    return report;
  }

  /** Every row as a list of texts, as the loader's login sees it. */
  List<List<@Nullable String>> rows(String sql) throws SQLException {
    try (Connection connection = database.database().open(Login.LOADER);
        Statement statement = connection.createStatement()) {
      statement.execute("set time zone 'UTC'");
      ResultSet rows = statement.executeQuery(sql);
      List<List<@Nullable String>> all = new ArrayList<>();
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        List<@Nullable String> row = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          row.add(rows.getString(i));
        }
        all.add(row);
      }
      return all;
    }
  }

  String value(String sql) throws SQLException {
    return String.valueOf(rows(sql).getFirst().getFirst());
  }

  @Override
  public void close() {
    database.close();
  }
}
