package ai.ipai.ingest.run;

import ai.ipai.governance.audit.AuditEntry;
import ai.ipai.ingest.IngestErrors;
import ai.ipai.ingest.definition.SyncMode;
import ai.ipai.ingest.load.BatchLoader;
import ai.ipai.ingest.load.LoadCounts;
import ai.ipai.ingest.load.LoadTarget;
import ai.ipai.ingest.name.BronzeName;
import ai.ipai.ingest.run.StreamProgress.Stage;
import ai.ipai.ingest.table.BronzeTable;
import ai.ipai.ingest.table.TableShape;
import ai.ipai.ingest.table.TableSwap;
import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.StreamRequest;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/**
 * Brings one stream up to date through one connection. Each batch is one transaction: its rows, its
 * cursor, its counters and its audit entry. Killed anywhere, the next run goes on after the last
 * batch that was stored.
 */
final class StreamSync {
  private final StreamRun run;
  private final Connection connection;
  private final RunAudit audit;
  private final Clock clock;
  private final ProgressListener listener;
  private final BatchLoader loader;
  private final Instant startedAt;
  private StreamState state;
  private SyncMode mode = SyncMode.FULL_REFRESH;
  private LoadCounts counts = LoadCounts.NONE;

  StreamSync(
      StreamRun run,
      Connection connection,
      RunAudit audit,
      Clock clock,
      ProgressListener listener) {
    this.run = run;
    this.connection = connection;
    this.audit = audit;
    this.clock = clock;
    this.listener = listener;
    this.loader = new BatchLoader(connection);
    this.startedAt = clock.instant();
    this.state = fresh(run);
  }

  private static StreamState fresh(StreamRun run) {
    QualifiedName table = QualifiedName.of(run.schema(), BronzeName.of(run.descriptor().name()));
    return new StreamState(
        run.descriptor().name(), table, TableShape.empty(), null, null, null, false, 0, null);
  }

  QualifiedName table() {
    return state.table();
  }

  LoadCounts counts() {
    return counts;
  }

  /** Returns once every reading that is due is stored. */
  void run() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("set time zone 'UTC'");
    }
    connection.setAutoCommit(false);
    state = StreamStateStore.take(connection, run.connectorName(), run.run(), state);
    RunStore.beginStream(connection, run.run(), state.stream(), state.table());
    connection.commit();
    progress(Stage.STARTED, OptionalLong.empty());
    ReadingPlan plan = ReadingPlan.of(run, state, clock.instant());
    mode = plan.mode();
    for (ReadingPlan.Reading reading : plan.readings()) {
      read(reading);
    }
    RunStore.endStream(connection, run.run(), state.stream(), RunStatus.SUCCEEDED, null);
    connection.commit();
    progress(Stage.DONE, OptionalLong.of(counts.read()));
  }

  private void read(ReadingPlan.Reading reading) throws SQLException {
    if (!reading.continues()) {
      begin(reading);
    }
    StreamRequest request =
        new StreamRequest(
            state.stream(),
            reading.mode(),
            state.readingCursor() == null && reading.mode() == ReadMode.CHANGES
                ? state.cursor()
                : state.readingCursor());
    try (BatchReader reader = run.connector().open(request)) {
      prepareTable(reader.stream().columns());
      for (RecordBatch batch = reader.next(); batch != null; batch = reader.next()) {
        store(batch);
        progress(Stage.LOADING, reader.expectedRows());
      }
    }
    finish();
  }

  private void begin(ReadingPlan.Reading reading) throws SQLException {
    StreamState beginning = state.beginning(reading.mode(), reading.beside());
    if (reading.beside()) {
      BronzeTable.drop(connection, TableSwap.beside(state.table()));
    }
    state = save(beginning, false);
    connection.commit();
  }

  /** The table that this reading fills. */
  private QualifiedName target() {
    return state.buildsBeside() ? TableSwap.beside(state.table()) : state.table();
  }

  private void prepareTable(List<SourceColumn> columns) throws SQLException {
    TableShape wanted = state.shape().evolved(columns);
    List<String> key = mode == SyncMode.APPEND ? List.of() : run.descriptor().key();
    BronzeTable.createSchema(connection, state.table().schema());
    if (!BronzeTable.exists(connection, target())) {
      BronzeTable.create(connection, target(), wanted, wanted.names(key));
    } else if (!wanted.equals(state.shape())) {
      BronzeTable.evolve(connection, target(), state.shape(), wanted);
    }
    if (state.buildsBeside() && BronzeTable.exists(connection, state.table())) {
      BronzeTable.evolve(connection, state.table(), state.shape(), wanted);
    }
    if (!wanted.equals(state.shape())) {
      state = save(state.withShape(wanted), false);
    }
    connection.commit();
  }

  private void store(RecordBatch batch) throws SQLException {
    if (!state.shape().equals(state.shape().evolved(batch.columns()))) {
      prepareTable(batch.columns());
    }
    try {
      LoadCounts stored = loader.load(target(batch), batch);
      RunStore.reject(connection, run.run(), run.connectorName(), state.stream(), batch.rejects());
      RunStore.count(connection, run.run(), state.stream(), stored);
      StreamState next = save(state.advanced(batch.after()), false);
      if (stored.changed() > 0 || stored.rejects() > 0) {
        audit.record(connection, entry("table.load", stored));
      }
      connection.commit();
      state = next;
      counts = counts.plus(stored);
    } catch (SQLException | RuntimeException failure) {
      connection.rollback();
      loader.forgetStage();
      throw failure;
    }
  }

  private LoadTarget target(RecordBatch batch) {
    List<String> key = mode == SyncMode.APPEND ? List.of() : run.descriptor().key();
    return new LoadTarget(
        target(),
        state.shape(),
        state.shape().names(key),
        state.reading() == ReadMode.SNAPSHOT && batch.removal() == null,
        run.options().allowMassDelete(),
        run.run(),
        clock.instant());
  }

  /** The reading is complete: what was built beside goes live, in one transaction. */
  private void finish() throws SQLException {
    if (state.buildsBeside()) {
      TableSwap.run(connection, state.table(), state.shape());
      audit.record(connection, entry("table.swap", LoadCounts.NONE));
    }
    state = save(state.finished(clock.instant()), true);
    connection.commit();
  }

  private StreamState save(StreamState next, boolean complete) throws SQLException {
    return StreamStateStore.save(connection, run.connectorName(), run.run(), next, complete);
  }

  private AuditEntry entry(String action, LoadCounts stored) {
    return AuditEntry.of(action)
        .requestId(run.run().toString())
        .principal("connector:" + run.connectorName())
        .onBehalfOf(run.options().requestedBy())
        .actingRole("ipai_loader")
        .object(state.table().toString())
        .allow("connector")
        .rows(stored.changed())
        .build();
  }

  private void progress(Stage stage, OptionalLong expected) {
    double seconds = Math.max(0.001, (clock.millis() - startedAt.toEpochMilli()) / 1000.0);
    listener.onProgress(
        new StreamProgress(
            run.connectorName(),
            state.stream(),
            state.table(),
            stage,
            counts.read(),
            expected,
            counts.read() / seconds));
  }

  /** Writes down that the stream failed; nothing of what was stored is touched. */
  void fail(IpaiException error, RunStatus status) throws SQLException {
    connection.rollback();
    RunStore.endStream(connection, run.run(), state.stream(), status, error);
    connection.commit();
    progress(Stage.FAILED, OptionalLong.empty());
  }

  static IpaiException describe(Exception failure, String stream) {
    return switch (failure) {
      case IpaiException known -> known;
      case SQLException sql ->
          new IpaiException(
                  IngestErrors.DATABASE,
                  "bronze cannot be written (SQLSTATE " + sql.getSQLState() + ")",
                  sql)
              .fact("stream", stream)
              .fact("sqlstate", String.valueOf(sql.getSQLState()))
              .hint("run ./ipai doctor; the run goes on from here when it is started again");
      default ->
          new IpaiException(
                  IngestErrors.CONNECTOR_FAULT,
                  "the connector failed with " + failure.getClass().getSimpleName(),
                  failure)
              .fact("stream", stream)
              .hint("this is a defect of the connector; the log has the details");
    };
  }
}
