package ai.ipai.connectors.database;

import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.KeySweep;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.Removal;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.connector.StreamDescriptor;
import ai.ipai.spi.connector.StreamRequest;
import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads a table in pages by key, each in a short transaction, so that the source is neither locked
 * nor kept from cleaning up. Changes are those in a window of a column that grows, fixed when the
 * reading begins: what changes meanwhile leaves the window upwards and comes in the next one. A
 * table without key is read in one go, in the order of all its columns, so that an interrupted
 * reading can go on after the rows it had.
 */
final class TableReader implements BatchReader {
  private static final long MAX_BATCH_BYTES = 24L << 20;
  private static final int ATTEMPTS = 5;

  private final SourceDatabase database;
  private final DatabaseSettings settings;
  private final TableStream stream;
  private final ReadMode mode;
  private final Cancellation cancellation;
  private final TableQuery query;
  private TableCursor at;
  private @Nullable Connection connection;
  private @Nullable PreparedStatement running;
  private @Nullable ResultSet open;
  private boolean ended;

  TableReader(
      SourceDatabase database,
      DatabaseSettings settings,
      TableStream stream,
      Cancellation cancellation,
      StreamRequest request) {
    this.database = database;
    this.settings = settings;
    this.stream = stream;
    this.mode = request.mode();
    this.cancellation = cancellation;
    this.query = new TableQuery(stream.table(), stream.order(mode));
    this.at = start(request);
  }

  private TableCursor start(StreamRequest request) {
    TableCursor from = request.from() == null ? null : TableCursor.parse(request.from());
    if (from != null && !from.done() && fits(from)) {
      return from;
    }
    TableField column = stream.cursor();
    if (column == null) {
      return TableCursor.beginning("", "", "");
    }
    String highest = trying(() -> highest(column));
    if (mode != ReadMode.CHANGES
        || from == null
        || !from.column().equals(column.name())
        || from.high().isEmpty()) {
      return TableCursor.beginning(column.name(), "", highest);
    }
    String low = stream.overlap().before(column.type(), from.high());
    return TableCursor.beginning(column.name(), low, highest.isEmpty() ? from.high() : highest);
  }

  private boolean fits(TableCursor from) {
    return from.after().isEmpty() || from.after().size() == query.order().size();
  }

  private String highest(TableField column) throws SQLException {
    try (PreparedStatement statement =
        connected().prepareStatement(TableQuery.highest(stream.table(), column))) {
      statement.setMaxRows(1);
      ResultSet rows = statement.executeQuery();
      return rows.next() ? FieldValues.text(FieldValues.read(rows, 1, column)) : "";
    } finally {
      connected().rollback();
    }
  }

  @Override
  public StreamDescriptor stream() {
    return stream.descriptor();
  }

  @Override
  public OptionalLong expectedRows() {
    return OptionalLong.empty();
  }

  @Override
  public @Nullable RecordBatch next() {
    if (ended) {
      return null;
    }
    cancellation.check();
    Page page = trying(this::page);
    TableCursor before = at;
    ended = page.last();
    at = ended ? at.ended() : at.after(page.after(), page.rows().size());
    return new RecordBatch(
        stream.table().columns(), page.rows(), removal(before, page), List.of(), at.cursor());
  }

  private @Nullable Removal removal(TableCursor before, Page page) {
    if (mode != ReadMode.RECONCILE) {
      return null;
    }
    int key = stream.table().index(stream.table().key().getFirst());
    List<Long> present = new ArrayList<>(page.rows().size());
    for (SourceRow row : page.rows()) {
      present.add(((Number) java.util.Objects.requireNonNull(row.value(key))).longValue());
    }
    long after =
        before.after().isEmpty() ? Long.MIN_VALUE : Long.parseLong(before.after().getFirst());
    return new KeySweep(after, page.last() ? Long.MAX_VALUE : present.getLast(), present);
  }

  private Page page() throws SQLException {
    ResultSet rows = open == null ? run() : open;
    int limit = settings.pageSize();
    List<SourceRow> page = new ArrayList<>(Math.min(limit, 4096));
    List<TableField> fields = stream.table().fields();
    long weight = 0;
    boolean more = true;
    while (page.size() < limit && weight < MAX_BATCH_BYTES) {
      more = rows.next();
      if (!more) {
        break;
      }
      @Nullable Object[] values = new Object[fields.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = FieldValues.read(rows, i + 1, fields.get(i));
        weight += FieldValues.weight(values[i]);
      }
      page.add(SourceRow.present(values));
    }
    if (stream.table().key().isEmpty()) {
      open = more ? rows : null;
    } else {
      finish();
    }
    return new Page(page, more ? after(page) : List.of(), !more);
  }

  private List<String> after(List<SourceRow> page) {
    if (stream.table().key().isEmpty()) {
      return List.of();
    }
    SourceRow last = page.getLast();
    return query.order().stream()
        .map(field -> FieldValues.text(last.value(stream.table().index(field.name()))))
        .toList();
  }

  /** Ends the page's statement and transaction. */
  private void finish() throws SQLException {
    if (running != null) {
      running.close();
      running = null;
    }
    open = null;
    if (connection != null) {
      connection.rollback();
    }
  }

  private ResultSet run() throws SQLException {
    boolean keyed = !stream.table().key().isEmpty();
    List<String> window = window();
    boolean hasAfter = keyed && !at.after().isEmpty();
    String limit = keyed ? database.dialect().limit(settings.pageSize()) : "";
    PreparedStatement statement = connected().prepareStatement(query.page(window, hasAfter, limit));
    running = statement;
    statement.setFetchSize(Math.min(database.dialect().fetchSize(), settings.pageSize()));
    statement.setQueryTimeout(Math.toIntExact(settings.timeout().toSeconds()));
    if (keyed && limit.isEmpty()) {
      statement.setMaxRows(settings.pageSize());
    }
    bind(statement, hasAfter);
    ResultSet rows = statement.executeQuery();
    if (!keyed) {
      for (long i = 0; i < at.skip(); i++) {
        rows.next();
      }
    }
    return rows;
  }

  private List<String> window() {
    TableField column = stream.cursor();
    if (mode != ReadMode.CHANGES || column == null) {
      return List.of();
    }
    List<String> window = new ArrayList<>();
    if (!at.low().isEmpty()) {
      window.add(column.column() + " >= " + column.bind());
    }
    if (!at.high().isEmpty()) {
      window.add(column.column() + " <= " + column.bind());
    }
    if (window.isEmpty()) {
      window.add(column.column() + " is not null");
    }
    return window;
  }

  private void bind(PreparedStatement statement, boolean hasAfter) throws SQLException {
    int place = 1;
    TableField column = stream.cursor();
    if (mode == ReadMode.CHANGES && column != null) {
      for (String bound : List.of(at.low(), at.high())) {
        if (!bound.isEmpty()) {
          FieldValues.bind(statement, place++, column, bound);
        }
      }
    }
    if (hasAfter) {
      for (int i : query.laterPlaces()) {
        FieldValues.bind(statement, place++, query.order().get(i), at.after().get(i));
      }
    }
  }

  private Connection connected() throws SQLException {
    if (connection == null) {
      connection = database.open();
      connection.setAutoCommit(false);
    }
    return connection;
  }

  /** Something that asks the database. */
  private interface Asking<T> {
    T ask() throws SQLException;
  }

  /** Again after passing trouble; ended within moments once the run is cancelled. */
  private <T> T trying(Asking<T> asking) {
    for (int attempt = 1; ; attempt++) {
      Thread watch = Thread.ofVirtual().start(this::watch);
      try {
        return asking.ask();
      } catch (SQLException e) {
        disconnect();
        cancellation.check();
        if (attempt >= ATTEMPTS || !DatabaseFaults.isPassing(e)) {
          throw DatabaseFaults.of(e, "reading " + stream.table().name());
        }
        pause(attempt);
      } finally {
        watch.interrupt();
      }
    }
  }

  private void watch() {
    try {
      while (!cancellation.isRequested()) {
        TimeUnit.MILLISECONDS.sleep(200);
      }
      PreparedStatement statement = running;
      if (statement != null) {
        statement.cancel();
      }
    } catch (InterruptedException e) {
      // The answer came.
    } catch (SQLException e) {
      // It ended by itself.
    }
  }

  private void pause(int attempt) {
    try {
      for (int i = 0; i < attempt * attempt; i++) {
        cancellation.check();
        TimeUnit.MILLISECONDS.sleep(200);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      cancellation.check();
    }
  }

  private void disconnect() {
    open = null;
    running = null;
    if (connection != null) {
      try {
        connection.close();
      } catch (SQLException e) {
        // It is broken already.
      }
      connection = null;
    }
  }

  @Override
  public void close() {
    ended = true;
    disconnect();
  }

  /**
   * Some rows.
   *
   * @param after the values that the next page begins after
   */
  private record Page(List<SourceRow> rows, List<String> after, boolean last) {}

  /** Whether a key can be swept for deletions. */
  static boolean isSwept(SourceTable table) {
    return table.key().size() == 1
        && table.fields().get(table.index(table.key().getFirst())).type() == ColumnType.BIGINT;
  }

  static IpaiException unknownColumn(SourceTable table, String column) {
    return new IpaiException(
            DatabaseFaults.COLUMN, "table %s has no column %s".formatted(table.name(), column))
        .fact("stream", table.name())
        .fact("column", column)
        .hint("columns are written as the database has them");
  }
}
