package ai.ipai.connectors.database;

import ai.ipai.connectors.BatchWeight;
import ai.ipai.spi.cell.EncodedRows;
import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.ConnectorErrors;
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
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads a table in the order of its key, in transactions that each end after a while, so that the
 * source is neither locked nor kept from cleaning up. Changes are those in a window of a column
 * that grows, fixed when the reading begins: what changes meanwhile leaves the window upwards and
 * comes in the next one. A table without key is read in one go, in the order of all its columns, so
 * that an interrupted reading can go on after the rows it had, if those still come first.
 */
final class TableReader implements BatchReader {
  private static final int ATTEMPTS = 5;

  private final SourceDatabase database;
  private final DatabaseSettings settings;
  private final TableStream stream;
  private final ReadMode mode;
  private final Cancellation cancellation;
  private final TableQuery query;
  private final @Nullable TableCursor from;
  private @Nullable TableCursor at;
  private @Nullable Connection connection;
  private volatile @Nullable Cancel running;
  private @Nullable RowStream open;
  private boolean hasRead;
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
    this.query =
        new TableQuery(
            stream.table(), stream.order(mode), mode == ReadMode.CHANGES ? stream.cursor() : null);
    this.from = request.from() == null ? null : TableCursor.parse(request.from());
  }

  private TableCursor start() {
    if (from != null && !from.done() && fits(from)) {
      return from;
    }
    TableField column = stream.cursor();
    if (column == null) {
      return TableCursor.beginning("", "", "", "");
    }
    String ahead = trying(() -> ahead(connected(), database, column));
    String highest = trying(() -> highest(column, ahead));
    if (mode != ReadMode.CHANGES
        || from == null
        || !from.column().equals(column.name())
        || from.high().isEmpty()) {
      return TableCursor.beginning(column.name(), "", highest, ahead);
    }
    String low = stream.overlap().next(column.type(), from.high(), ahead);
    String high = highest.isEmpty() && !low.isEmpty() ? from.high() : highest;
    return TableCursor.beginning(column.name(), low, high, ahead);
  }

  private boolean fits(TableCursor begun) {
    return begun.after().isEmpty() || begun.after().size() == query.order().size();
  }

  /**
   * From where on values of a cursor are ahead of the source's clock, or no numbers: they would
   * keep every later change out of sight.
   */
  static String ahead(Connection connection, SourceDatabase database, TableField column)
      throws SQLException {
    return column.type() == ColumnType.NUMERIC
        ? database.dialect().noNumber()
        : Overlap.ahead(column.type(), database.dialect().now(connection, database.clock()));
  }

  private String highest(TableField column, String ahead) throws SQLException {
    try (PreparedStatement statement =
        connected()
            .prepareStatement(TableQuery.highest(stream.table(), column, !ahead.isEmpty()))) {
      running = statement::cancel;
      statement.setMaxRows(1);
      statement.setQueryTimeout(Math.toIntExact(settings.timeout().toSeconds()));
      if (!ahead.isEmpty()) {
        FieldValues.bind(statement, 1, column, ahead);
      }
      ResultSet rows = statement.executeQuery();
      Object highest = rows.next() ? FieldValues.read(rows, 1, column) : null;
      boolean isNone = column.type() == ColumnType.NUMERIC && highest instanceof String;
      return isNone ? "" : FieldValues.text(highest);
    } finally {
      finish();
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
    TableCursor before = at == null ? start() : at;
    Page page = trying(() -> page(before));
    ended = page.last();
    TableCursor next =
        ended
            ? before.ended()
            : before.after(page.after(), page.rows().size(), Long.toHexString(page.digest()));
    at = next;
    return new RecordBatch(
        stream.table().columns(), page.rows(), removal(before, page), List.of(), next.cursor());
  }

  private @Nullable Removal removal(TableCursor before, Page page) {
    if (mode != ReadMode.RECONCILE) {
      return null;
    }
    int key = stream.table().index(stream.table().key().getFirst());
    List<Long> present = new ArrayList<>(page.rows().size());
    for (int row = 0; row < page.rows().size(); row++) {
      Object value = EncodedRows.value(page.rows(), row, key);
      present.add(((Number) Objects.requireNonNull(value)).longValue());
    }
    long after =
        before.after().isEmpty() ? Long.MIN_VALUE : Long.parseLong(before.after().getFirst());
    return new KeySweep(after, page.last() ? Long.MAX_VALUE : present.getLast(), present);
  }

  private Page page(TableCursor place) throws SQLException {
    RowStream rows = open == null ? run(place) : open;
    long digest = digest(place);
    long weight = 0;
    boolean more = true;
    for (int i = 0; more && i < settings.pageSize() && weight < BatchWeight.MAX_BYTES; i++) {
      more = rows.next();
      weight += more ? rows.weight() : 0;
    }
    List<SourceRow> page = rows.taken();
    if (!query.isKeyed()) {
      digest = digest(digest, page);
    }
    hasRead = true;
    boolean isOver = !more || rows.isLimited();
    if (isOver) {
      more = rows.isLimited();
      finish();
    }
    if (page.isEmpty() && more) {
      return page(place);
    }
    return new Page(page, more ? after(page) : List.of(), !more, digest);
  }

  private static long digest(long before, List<SourceRow> rows) {
    long digest = before;
    for (SourceRow row : rows) {
      @Nullable Object[] values = new Object[row.width()];
      for (int i = 0; i < values.length; i++) {
        values[i] = row.value(i);
      }
      digest = FieldValues.digest(digest, values);
    }
    return digest;
  }

  private static long digest(TableCursor place) {
    return place.passed().isEmpty() ? 0 : Long.parseUnsignedLong(place.passed(), 16);
  }

  private List<String> after(List<SourceRow> page) {
    if (stream.table().key().isEmpty()) {
      return List.of();
    }
    int last = page.size() - 1;
    return query.order().stream()
        .map(field -> stream.table().index(field.name()))
        .map(column -> FieldValues.text(EncodedRows.value(page, last, column)))
        .toList();
  }

  /** Ends the statement and its transaction. */
  private void finish() throws SQLException {
    RowStream over = open;
    running = null;
    open = null;
    if (over != null) {
      over.close();
    }
    if (connection != null) {
      connection.rollback();
    }
  }

  private RowStream run(TableCursor place) throws SQLException {
    RowStream rows = database.dialect().rows(connected(), query, place, settings);
    running = rows::cancel;
    open = rows;
    if (!query.isKeyed()) {
      pass(rows, place);
    }
    return rows;
  }

  /** Without a key only the rows themselves tell that they are those which were read before. */
  private void pass(RowStream rows, TableCursor place) throws SQLException {
    long digest = 0;
    for (long i = 1; i <= place.skip() && rows.next(); i++) {
      if (i % settings.pageSize() == 0) {
        digest = digest(digest, rows.taken());
      }
    }
    digest = digest(digest, rows.taken());
    if (digest != digest(place)) {
      throw new IpaiException(
              ConnectorErrors.CURSOR,
              "table %s has no key and has changed since it was begun"
                  .formatted(stream.table().name()))
          .fact("stream", stream.table().name())
          .hint("read the stream anew: --full-refresh; a key would let it go on");
    }
  }

  private Connection connected() throws SQLException {
    if (connection == null) {
      connection = database.open();
      connection.setAutoCommit(false);
    }
    return connection;
  }

  /** Stops what the database is doing for us; from any thread. */
  private interface Cancel {
    void cancel() throws SQLException;
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
        // A server that limits a statement's time meant no harm to a reading that gets on.
        boolean wentOn = DatabaseFaults.isCancelled(e) && hasRead;
        if (attempt >= ATTEMPTS || (!wentOn && !DatabaseFaults.isPassing(e))) {
          throw DatabaseFaults.of(e, "reading " + stream.table().name());
        }
        pause(attempt);
      } finally {
        watch.interrupt();
      }
    }
  }

  private void watch() {
    long deadline = System.nanoTime() + settings.timeout().toNanos();
    try {
      while (true) {
        TimeUnit.MILLISECONDS.sleep(200);
        Cancel statement = running;
        if (statement != null && (cancellation.isRequested() || System.nanoTime() > deadline)) {
          statement.cancel();
        }
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
   * @param digest of all rows up to here, of a table without key
   */
  private record Page(List<SourceRow> rows, List<String> after, boolean last, long digest) {}

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
