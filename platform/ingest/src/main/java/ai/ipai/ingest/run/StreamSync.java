package ai.ipai.ingest.run;

import ai.ipai.governance.audit.AuditEntry;
import ai.ipai.ingest.IngestErrors;
import ai.ipai.ingest.definition.Drift;
import ai.ipai.ingest.definition.SyncMode;
import ai.ipai.ingest.load.BatchLoader;
import ai.ipai.ingest.load.LoadCounts;
import ai.ipai.ingest.load.LoadTarget;
import ai.ipai.ingest.load.Way;
import ai.ipai.ingest.run.StreamProgress.Stage;
import ai.ipai.ingest.table.BronzeColumn;
import ai.ipai.ingest.table.BronzeTable;
import ai.ipai.ingest.table.StageTable;
import ai.ipai.ingest.table.TableMode;
import ai.ipai.ingest.table.TableShape;
import ai.ipai.ingest.table.TableSwap;
import ai.ipai.postgres.Database;
import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.Cursor;
import ai.ipai.spi.connector.KeySweep;
import ai.ipai.spi.connector.KeysGone;
import ai.ipai.spi.connector.Landing;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.Removal;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.StreamRequest;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Brings one stream up to date through one connection. Each transaction holds whole batches: their
 * rows, the last one's cursor, their counters and their audit entry. Killed anywhere, the next run
 * goes on after the last batch that was stored.
 */
final class StreamSync {
  private static final long MOST_ROWS = 100_000;

  private final StreamRun run;
  private final Connection connection;
  private final RunAudit audit;
  private final Clock clock;
  private final ProgressListener listener;
  private final Cancellation cancellation;
  private final Database database;
  private final IntakePause pause;
  private final BatchLoader loader;
  private final Instant startedAt;
  private final StreamTable table;
  private final OpenBatches open = new OpenBatches();

  private StreamState state;
  private SyncMode mode = SyncMode.FULL_REFRESH;
  private LoadCounts counts = LoadCounts.NONE;
  private boolean isCounted;
  private @Nullable IpaiException lost;

  StreamSync(
      StreamRun run,
      Connection connection,
      RunAudit audit,
      Clock clock,
      ProgressListener listener,
      Cancellation cancellation,
      Database database) {
    this.run = run;
    this.connection = connection;
    this.audit = audit;
    this.clock = clock;
    this.listener = listener;
    this.cancellation = cancellation;
    this.database = database;
    this.pause = new IntakePause(database.disk(), cancellation);
    this.loader = new BatchLoader(connection);
    this.table = new StreamTable(run, connection);
    this.startedAt = clock.instant();
    this.state = fresh(run);
  }

  private static StreamState fresh(StreamRun run) {
    QualifiedName table = QualifiedName.of(run.schema(), run.tableName());
    return new StreamState(
        run.descriptor().name(),
        table,
        TableShape.empty(),
        null,
        null,
        null,
        false,
        0,
        null,
        null,
        null);
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
      readOrAgain(reading);
    }
    RunStore.endStream(connection, run.run(), state.stream(), RunStatus.SUCCEEDED, lost);
    connection.commit();
    progress(Stage.DONE, OptionalLong.of(counts.read()));
  }

  /** Where the source's log has lost our place the stream is read whole, and the run says so. */
  private void readOrAgain(ReadingPlan.Reading reading) throws SQLException {
    try {
      readFromItsPlace(reading);
    } catch (IpaiException failure) {
      if (lost != null || !failure.code().equals(ConnectorErrors.LOG_LOST)) {
        throw failure;
      }
      lost = failure;
      connection.rollback();
      audit.record(connection, entry("stream.log_lost", LoadCounts.NONE));
      connection.commit();
      read(new ReadingPlan.Reading(ReadMode.SNAPSHOT, true, false));
      read(new ReadingPlan.Reading(ReadMode.CHANGES, false, false));
    }
  }

  /** What is read beside begins anew, once, where the source has lost its place: nobody saw it. */
  private void readFromItsPlace(ReadingPlan.Reading reading) throws SQLException {
    try {
      read(reading);
    } catch (IpaiException failure) {
      if (!failure.code().equals(ConnectorErrors.CURSOR) || !state.buildsBeside()) {
        throw failure;
      }
      forgetCounts();
      read(new ReadingPlan.Reading(reading.mode(), true, false));
    }
  }

  private void forgetCounts() throws SQLException {
    LoadCounts taken =
        new LoadCounts(
            -counts.read(),
            -counts.inserted(),
            -counts.updated(),
            -counts.deleted(),
            -counts.rescued(),
            -counts.rejects());
    RunStore.count(connection, run.run(), state.stream(), taken, 0);
    counts = LoadCounts.NONE;
  }

  private void read(ReadingPlan.Reading reading) throws SQLException {
    boolean isGone = reading.beside() && !BronzeTable.exists(connection, StreamTable.stage(state));
    if (!reading.continues() || isGone) {
      begin(reading);
    }
    boolean isNext = state.readingCursor() == null && reading.mode() == ReadMode.CHANGES;
    Cursor from = isNext ? state.cursor() : state.readingCursor();
    try (BronzeKeys keys = keys(reading);
        PrefetchingReader reader =
            new PrefetchingReader(
                opened(new StreamRequest(state.stream(), reading.mode(), from, keys, landing())),
                run.filter(),
                cancellation)) {
      prepareTable(both(reader.stream().columns(), reading.mode()));
      awaitRoom();
      store(reader);
      isCounted = keys != null && keys.wasAsked();
    } finally {
      loader.close();
    }
    finish();
  }

  /** Where rows are discarded, bronze has fewer than the source, and numbers prove nothing. */
  private @Nullable BronzeKeys keys(ReadingPlan.Reading reading) {
    String key = keyColumn();
    if (reading.mode() != ReadMode.CHANGES || key.isEmpty()) {
      return null;
    }
    boolean isWhole = run.definition().contract().columns() != Drift.DISCARD_ROW;
    return new BronzeKeys(database, run.connectorName(), state, key, mode, isWhole);
  }

  /** The only column of a key of whole numbers; empty where there is no such key. */
  private String keyColumn() {
    List<String> key = table.key(mode);
    BronzeColumn column = key.size() == 1 ? state.shape().columns().get(key.getFirst()) : null;
    return column != null && column.type() == ColumnType.BIGINT ? column.name() : "";
  }

  private BatchReader opened(StreamRequest request) {
    return CancellableCall.of(
        "ipai-open", cancellation, () -> run.connector().open(request), BatchReader::close);
  }

  /** Values are looked at by a filter, and by a contract that lets no column get wider. */
  private Landing landing() {
    Map<String, ColumnType> types = new HashMap<>();
    state.shape().columns().forEach((source, column) -> types.put(source, column.type()));
    boolean encoded = run.filter().isEmpty() && run.definition().contract().evolves();
    return new Landing(types, encoded, encoded && state.buildsBeside());
  }

  /** A first or full reading also makes the columns that are announced and not given yet. */
  private List<SourceColumn> both(List<SourceColumn> given, ReadMode reading) {
    Map<String, SourceColumn> columns = new LinkedHashMap<>();
    given.forEach(column -> columns.put(column.name(), column));
    if (reading == ReadMode.SNAPSHOT) {
      run.descriptor().columns().forEach(column -> columns.putIfAbsent(column.name(), column));
    }
    return List.copyOf(columns.values());
  }

  private void begin(ReadingPlan.Reading reading) throws SQLException {
    if (reading.beside()) {
      BronzeTable.drop(connection, StreamTable.stage(state));
      loader.forget();
    }
    state = save(state.beginning(reading.mode(), reading.beside()), false);
    connection.commit();
  }

  private void prepareTable(List<SourceColumn> columns) throws SQLException {
    TableShape prepared = table.prepared(state, mode, columns);
    if (!prepared.equals(state.shape())) {
      state = save(state.withShape(prepared), false);
    }
    connection.commit();
  }

  private void awaitRoom() {
    pause.await(
        connection,
        paused -> {
          if (paused) {
            progress(Stage.PAUSED, OptionalLong.empty());
          }
          RunStore.pauseStream(connection, run.run(), state.stream(), paused);
        });
  }

  /** Whatever ends the reading, what it gave before is stored. */
  private void store(PrefetchingReader reader) throws SQLException {
    try {
      for (RecordBatch batch = next(reader); batch != null; batch = next(reader)) {
        add(batch);
        if (open.rows() >= MOST_ROWS || due() <= 0 || pause.isDue()) {
          settle(reader);
        }
      }
      commit();
    } catch (SQLException | RuntimeException | Error failure) {
      connection.rollback();
      loader.forget();
      throw failure;
    }
  }

  /** Nanoseconds until what is open has to be committed. */
  private long due() {
    return run.commitEvery().toNanos() - open.ageNanos();
  }

  private void settle(BatchReader reader) throws SQLException {
    commit();
    progress(Stage.LOADING, reader.expectedRows());
    awaitRoom();
  }

  /** A source that says nothing for long keeps no transaction open. */
  private @Nullable RecordBatch next(PrefetchingReader reader) throws SQLException {
    try {
      if (!open.isEmpty() && !reader.awaits(due())) {
        settle(reader);
      }
      return reader.next();
    } catch (RuntimeException | Error failure) {
      commit();
      throw failure;
    }
  }

  private void add(RecordBatch batch) throws SQLException {
    if (batch.rows().isEmpty() && isSweep(batch.removal())) {
      // What has changed is stored also where so many deletions are not believed.
      commit();
    }
    open.open();
    if (!state.shape().equals(table.wanted(state, batch.columns()))) {
      commit();
      prepareTable(batch.columns());
    }
    Instant at = later();
    LoadTarget target = target(batch, at);
    loader.add(target, batch);
    // Versions of one row that come together are a microsecond apart.
    long micros = target.way() == Way.VERSIONS ? batch.rows().size() : 0;
    state = state.advanced(batch.after(), at.plus(micros, ChronoUnit.MICROS));
    open.add(batch, counts.read() == 0);
  }

  private static boolean isSweep(@Nullable Removal removal) {
    return removal instanceof KeySweep || removal instanceof KeysGone;
  }

  /** Later than that of any batch before, to the microsecond that is stored. */
  private Instant later() {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    Instant last = state.loadedAt();
    return last == null || now.isAfter(last) ? now : last.plus(1, ChronoUnit.MICROS);
  }

  /** One truth: rows, cursor, counters, rejects and audit entry. */
  private void commit() throws SQLException {
    if (open.isEmpty()) {
      return;
    }
    LoadCounts stored = loader.flush();
    RunStore.reject(connection, run.run(), run.connectorName(), state.stream(), open.rejects());
    RunStore.count(connection, run.run(), state.stream(), stored, open.count());
    RecordBatch first = open.first();
    if (first != null) {
      TagSuggestions.store(connection, state.table(), state.shape(), first);
    }
    if (stored.changed() > 0 && !state.buildsBeside()) {
      RunStore.undoable(connection, run.run(), state.stream(), "images");
    }
    if (!state.buildsBeside()) {
      state = state.counted(grown(stored));
    }
    StreamState next = save(state, false);
    if (stored.changed() > 0 || stored.rejects() > 0) {
      audit.record(connection, entry("table.load", stored));
    }
    connection.commit();
    state = next;
    counts = counts.plus(stored);
    open.clear();
  }

  /** Null where it cannot be told from what was done. */
  private @Nullable Long grown(LoadCounts stored) {
    Long before = state.liveRows();
    boolean isMerged = mode == SyncMode.MERGE || mode == SyncMode.CDC;
    return before == null || !isMerged ? null : Long.valueOf(before + stored.grown());
  }

  private Way way() {
    return switch (mode) {
      case FULL_REFRESH, APPEND -> Way.APPEND;
      case MERGE, CDC -> Way.MERGE;
      case HISTORY -> isFromLog() ? Way.VERSIONS : Way.HISTORY;
    };
  }

  private LoadTarget target(RecordBatch batch, Instant at) {
    return new LoadTarget(
        state.table(),
        StreamTable.target(state),
        state.shape(),
        state.buildsBeside()
            ? state.shape().names(table.key(mode))
            : table.known(mode, state.shape()),
        state.buildsBeside() ? Way.DIRECT : way(),
        run.definition().contract(),
        state.reading() == ReadMode.SNAPSHOT && batch.removal() == null,
        run.options().allowMassDelete(),
        run.run(),
        state.stream(),
        at);
  }

  private boolean isFromLog() {
    return run.descriptor().tellsDeletes() && state.reading() == ReadMode.CHANGES;
  }

  /** The reading is complete: what was built beside goes live, in one transaction. */
  private void finish() throws SQLException {
    try {
      if (state.buildsBeside()) {
        publish();
        state = state.counted(null);
      } else {
        recount();
      }
      state = save(state.finished(clock.instant()), true);
      connection.commit();
    } catch (SQLException | RuntimeException failure) {
      connection.rollback();
      throw failure;
    }
  }

  /** Where the number is wanted and unknown, and now and then to see that it is right. */
  private void recount() throws SQLException {
    Long told = state.liveRows();
    boolean isDue = told == null ? isCounted : state.reading() == ReadMode.RECONCILE;
    if (!isDue || mode != SyncMode.MERGE) {
      return;
    }
    long counted = BronzeTable.live(connection, state.table());
    if (told != null && told != counted) {
      audit.record(connection, entry("stream.recount", LoadCounts.NONE));
    }
    state = state.counted(counted);
  }

  private void publish() throws SQLException {
    List<String> key = state.shape().names(table.key(mode));
    Instant loadedAt = state.loadedAt();
    StageTable.complete(
        connection, StreamTable.stage(state), loadedAt == null ? later() : loadedAt);
    if (!key.isEmpty() && !StageTable.hasKeyIndex(connection, StreamTable.stage(state))) {
      long doubled = StageTable.index(connection, StreamTable.stage(state), key, "");
      counts = counts.plus(new LoadCounts(0, -doubled, 0, 0, 0, 0));
      RunStore.count(
          connection, run.run(), state.stream(), new LoadCounts(0, -doubled, 0, 0, 0, 0), 0);
    }
    if (isCompared(key)) {
      compare(key);
    } else {
      if (mode == SyncMode.HISTORY) {
        TableMode.makeHistory(connection, StreamTable.stage(state), key);
      }
      boolean replaced =
          TableSwap.run(connection, state.table(), StreamTable.stage(state), state.shape());
      RunStore.undoable(connection, run.run(), state.stream(), replaced ? "replaced" : "first");
      audit.record(connection, entry("table.swap", LoadCounts.NONE));
    }
    BronzeTable.execute(connection, "analyze " + state.table().quoted());
  }

  /** Where nothing but a new table leads to a history, a full refresh makes one. */
  private boolean isCompared(List<String> key) throws SQLException {
    return BronzeTable.exists(connection, state.table())
        && ReadingPlan.isCompared(run, state, mode)
        && (!run.options().fullRefresh()
            || TableMode.allowsHistory(connection, state.table(), key));
  }

  private void compare(List<String> key) throws SQLException {
    TableMode.fit(connection, state.table(), mode, table.known(mode, state.shape()));
    LoadTarget live =
        new LoadTarget(
            state.table(),
            state.table(),
            state.shape(),
            key,
            way(),
            run.definition().contract(),
            false,
            run.options().allowMassDelete(),
            run.run(),
            state.stream(),
            later());
    LoadCounts merged = loader.mergeWhole(live, StreamTable.stage(state));
    // What was read beside counted as inserted there; only what the live table gained remains.
    LoadCounts net = merged.plus(new LoadCounts(0, -counts.inserted(), 0, 0, 0, 0));
    counts = counts.plus(net);
    RunStore.count(connection, run.run(), state.stream(), net, 0);
    if (merged.changed() > 0) {
      RunStore.undoable(connection, run.run(), state.stream(), "images");
    }
    BronzeTable.drop(connection, StreamTable.stage(state));
    audit.record(connection, entry("table.load", merged));
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

  static IpaiException describe(Throwable failure, String stream) {
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
