package ai.ipai.postgres.copy;

import ai.ipai.postgres.PostgresErrors;
import ai.ipai.spi.cell.ByteSink;
import ai.ipai.spi.cell.NumericFormat;
import ai.ipai.spi.cell.TimeFormat;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;

/**
 * Writes rows into a table in PostgreSQL's binary COPY format, inside the connection's transaction.
 *
 * <p>Per row: {@link #startRow()}, then one write per column, in the order of the columns and in
 * their exact types (the format converts nothing: an {@code int4} column takes {@link #writeInt}
 * only). A row goes out whole, so {@link #discardRow()} can take back one that turned out not to
 * fit. {@link #finish()} ends the COPY; closing without it cancels.
 *
 * <p>For one thread. While it is open the connection can do nothing else. Source: PostgreSQL
 * manual, COPY, "Binary Format", and the types' {@code recv} functions.
 */
public final class BinaryCopyWriter implements AutoCloseable {
  private static final int FLUSH_BYTES = 1 << 16;
  private static final byte[] HEADER = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
  };
  private static final int TEXT_OID = 25;
  private static final int INT8_OID = 20;

  private final CopyIn copy;
  private final int columns;
  private final ByteSink sink = new ByteSink(FLUSH_BYTES * 2);
  private int rowStart;
  private int fields;
  private long rows;
  private boolean rowOpen;
  private boolean ended;

  private BinaryCopyWriter(CopyIn copy, int columns) {
    this.copy = copy;
    this.columns = columns;
    this.fields = columns;
    sink.bytes(HEADER, 0, HEADER.length);
    this.rowStart = sink.length();
  }

  /**
   * Starts COPY.
   *
   * @param connection of whoever may insert; a caller transaction's will do
   * @param columns in the order in which they are written; the others take their defaults
   */
  public static BinaryCopyWriter into(
      Connection connection, QualifiedName table, List<String> columns) throws SQLException {
    String sql =
        columns.stream()
            .map(SqlText::identifier)
            .collect(
                Collectors.joining(
                    ", ", "copy " + table.quoted() + " (", ") from stdin (format binary)"));
    CopyManager copies =
        connection.isWrapperFor(CopyManager.class)
            ? connection.unwrap(CopyManager.class)
            : connection.unwrap(PGConnection.class).getCopyAPI();
    return new BinaryCopyWriter(copies.copyIn(sql), columns.size());
  }

  /** Begins a row; the one before must be complete. */
  public void startRow() throws SQLException {
    completeRow();
    if (sink.length() >= FLUSH_BYTES) {
      flush();
    }
    rowStart = sink.length();
    rows++;
    rowOpen = true;
    fields = 0;
    sink.int16(columns);
  }

  /**
   * A row whose cells stand ready, as {@link ai.ipai.spi.cell} has them; followed by {@code tail}.
   *
   * @param cells in the columns' exact types; what is wrong with them only the server notices
   */
  public void writeRow(byte[] cells, int from, int to, byte[] tail) throws SQLException {
    startRow();
    fields = columns;
    sink.bytes(cells, from, to - from);
    sink.bytes(tail, 0, tail.length);
  }

  /** Where the next column's cell is to be written: exactly one, with its length before it. */
  public ByteSink nextCell() {
    fields++;
    return sink;
  }

  /** Takes the row back that was begun last, complete or not. Another one may follow. */
  public void discardRow() {
    if (rowOpen) {
      sink.truncate(rowStart);
      rows--;
      fields = columns;
      rowOpen = false;
    }
  }

  public void writeNull() {
    fields++;
    sink.int32(-1);
  }

  /** {@code int8}. */
  public void writeLong(long value) {
    fields++;
    sink.int32(8);
    sink.int64(value);
  }

  /** {@code int4}. */
  public void writeInt(int value) {
    fields++;
    sink.int32(4);
    sink.int32(value);
  }

  /** {@code float8}. */
  public void writeDouble(double value) {
    fields++;
    sink.int32(8);
    sink.int64(Double.doubleToLongBits(value));
  }

  /** {@code bool}. */
  public void writeBoolean(boolean value) {
    fields++;
    sink.int32(1);
    sink.int8(value ? 1 : 0);
  }

  /** {@code numeric}, exact. Errors: {@code PG-061} beyond PostgreSQL's 131072 and 16383 digits. */
  public void writeNumeric(BigDecimal value) {
    fields++;
    NumericFormat.write(value, sink);
  }

  /** {@code text}, {@code varchar}. Errors: {@code PG-061} NUL or half a surrogate pair. */
  public void writeText(String value) {
    fields++;
    sink.lengthAndText(value);
  }

  /** {@code text} from UTF-8 that the caller has checked; holds no NUL. */
  public void writeText(byte[] utf8, int offset, int length) {
    fields++;
    sink.int32(length);
    sink.bytes(utf8, offset, length);
  }

  /** The server checks the syntax of {@code jsonb}. Errors: {@code PG-061} as for text. */
  public void writeJsonb(String document) {
    fields++;
    int at = sink.reserve32();
    sink.int8(1);
    sink.text(document);
    sink.fill32(at);
  }

  /** {@code jsonb} from UTF-8. */
  public void writeJsonb(byte[] utf8, int offset, int length) {
    fields++;
    sink.int32(length + 1);
    sink.int8(1);
    sink.bytes(utf8, offset, length);
  }

  /** {@code bytea}. */
  public void writeBytes(byte[] value) {
    fields++;
    sink.int32(value.length);
    sink.bytes(value, 0, value.length);
  }

  /** {@code uuid}. */
  public void writeUuid(UUID value) {
    fields++;
    sink.int32(16);
    sink.int64(value.getMostSignificantBits());
    sink.int64(value.getLeastSignificantBits());
  }

  /** {@code date}. Errors: {@code PG-061} before 4714 BC or after 5874897. */
  public void writeDate(LocalDate value) {
    fields++;
    sink.int32(4);
    sink.int32(TimeFormat.days(value));
  }

  /**
   * {@code timestamptz}; what is finer than a microsecond is cut off. Errors: {@code PG-061} before
   * 4714 BC or after 294276.
   */
  public void writeTimestamptz(Instant value) {
    fields++;
    sink.int32(8);
    sink.int64(TimeFormat.micros(value));
  }

  /** {@code timestamp}: a time on a wall, cut and limited as {@link #writeTimestamptz}. */
  public void writeTimestamp(LocalDateTime value) {
    writeTimestamptz(value.toInstant(ZoneOffset.UTC));
  }

  /** {@code text[]} of one dimension; elements may be null. */
  public void writeTextArray(List<@Nullable String> values) {
    fields++;
    int at = sink.reserve32();
    boolean hasNull = values.stream().anyMatch(java.util.Objects::isNull);
    arrayHeader(values.size(), hasNull, TEXT_OID);
    for (String value : values) {
      if (value == null) {
        sink.int32(-1);
      } else {
        sink.lengthAndText(value);
      }
    }
    sink.fill32(at);
  }

  /** {@code int8[]} of one dimension. */
  public void writeLongArray(long[] values) {
    fields++;
    int at = sink.reserve32();
    arrayHeader(values.length, false, INT8_OID);
    for (long value : values) {
      sink.int32(8);
      sink.int64(value);
    }
    sink.fill32(at);
  }

  private void arrayHeader(int size, boolean hasNull, int elementOid) {
    sink.int32(size == 0 ? 0 : 1);
    sink.int32(hasNull ? 1 : 0);
    sink.int32(elementOid);
    if (size > 0) {
      sink.int32(size);
      sink.int32(1);
    }
  }

  /** Begun and not discarded. */
  public long rows() {
    return rows;
  }

  /** Ends the COPY and returns the rows that PostgreSQL counted. */
  public long finish() throws SQLException {
    completeRow();
    sink.int16(-1);
    flush();
    ended = true;
    return copy.endCopy();
  }

  private void completeRow() {
    if (fields != columns) {
      throw new IpaiException(
          PostgresErrors.COPY_FAILED,
          "A row of COPY was given " + fields + " of " + columns + " columns.");
    }
  }

  private void flush() throws SQLException {
    copy.writeToCopy(sink.array(), 0, sink.length());
    sink.truncate(0);
  }

  /** Cancels the COPY where it was not finished; the transaction is then to be rolled back. */
  @Override
  public void close() throws SQLException {
    if (!ended && copy.isActive()) {
      ended = true;
      try {
        copy.cancelCopy();
      } catch (SQLException expected) {
        if (!"57014".equals(expected.getSQLState())) {
          throw expected;
        }
      }
    }
  }
}
