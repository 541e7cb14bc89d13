package ai.ipai.connectors.database;

import ai.ipai.connectors.database.PostgresBinary.Form;
import ai.ipai.spi.cell.ByteSink;
import ai.ipai.spi.cell.CellWriter;
import ai.ipai.spi.cell.EncodedRows;
import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * Rows by binary COPY: one statement for very many, in the format in which they are stored again,
 * so that hardly a value has to be read. The server sends one row per message. Source: PostgreSQL
 * manual, COPY, "Binary Format".
 */
final class CopiedRows implements RowStream {
  /** A transaction that ends after a minute or so keeps no source from cleaning up. */
  private static final int MOST_ROWS = 1_000_000;

  private static final int SIGNATURE_BYTES = 15;
  private static final int HEADER_BYTES = 19;
  private static final long ROW_BYTES = 64;
  private static final int LENGTH_BYTES = 4;
  private static final int NULL = -1;
  private static final int FIRST_BYTES = 1 << 12;
  private static final int FIRST_ROWS = 64;

  private final PGConnection connection;
  private final String sql;
  private final Form[] forms;
  private final int limit;
  private final boolean isUnchecked;
  private @Nullable CopyOut copy;
  private boolean ended;
  private int given;
  private long weight;
  private final ColumnType[] types;
  private final CellWriter writer = new CellWriter();
  private ByteSink cells = new ByteSink(FIRST_BYTES);
  private int[] ends = new int[FIRST_ROWS];
  private int taken;
  private Map<Integer, SourceRow> odd = new HashMap<>();

  CopiedRows(Connection connection, TableQuery query, TableCursor place) throws SQLException {
    this.connection = connection.unwrap(PGConnection.class);
    this.limit = query.isKeyed() ? MOST_ROWS : Integer.MAX_VALUE;
    this.sql =
        "copy ("
            + query.rows(
                place,
                PostgresBinary::select,
                CopiedRows::constant,
                query.isKeyed() ? " limit " + MOST_ROWS : "")
            + ") to stdout (format binary)";
    List<TableField> fields = query.table().fields();
    this.forms = fields.stream().map(Form::of).toArray(Form[]::new);
    this.types = fields.stream().map(TableField::type).toArray(ColumnType[]::new);
    this.isUnchecked = "SQL_ASCII".equals(this.connection.getParameterStatus("server_encoding"));
  }

  /** COPY takes no parameters. */
  private static String constant(TableField field, String value) {
    boolean bytes = field.way() == TableField.Way.BYTES;
    String text = SqlText.literal(bytes ? "\\x" + value : value);
    int mark = field.bind().indexOf('?');
    return field.bind().substring(0, mark) + text + field.bind().substring(mark + 1);
  }

  @Override
  public boolean next() throws SQLException {
    CopyOut open = copy;
    int at = 0;
    byte[] row;
    if (open == null) {
      open = connection.getCopyAPI().copyOut(sql);
      copy = open;
      row = open.readFromCopy();
      at = row == null ? 0 : header(row);
      if (row != null && at == row.length) {
        row = open.readFromCopy();
        at = 0;
      }
    } else {
      row = ended ? null : open.readFromCopy();
    }
    if (row == null || row.length - at < 2) {
      ended = true;
      return false;
    }
    int count = (short) ((row[at] << 8) | (row[at + 1] & 0xff));
    if (count < 0) {
      ended = open.readFromCopy() == null;
      return false;
    }
    given++;
    take(row, at + 2, count);
    return true;
  }

  private static int header(byte[] message) {
    if (message.length < HEADER_BYTES || message[0] != 'P' || message[2] != 'C') {
      throw misread();
    }
    return HEADER_BYTES + PostgresBinary.int32(message, SIGNATURE_BYTES);
  }

  private void take(byte[] row, int from, int count) throws SQLException {
    if (count != forms.length) {
      throw misread();
    }
    int start = cells.length();
    boolean isReady = true;
    int at = from;
    for (int i = 0; i < count; i++) {
      int length = length(row, at);
      at += LENGTH_BYTES;
      if (length >= 0) {
        isReady &= cell(i, row, at, length);
        at += length;
      } else {
        cells.int32(length);
      }
    }
    if (at != row.length) {
      throw misread();
    }
    if (!isReady) {
      cells.truncate(start);
      odd.put(taken, SourceRow.present(values(row, from)));
    }
    if (taken == ends.length) {
      ends = Arrays.copyOf(ends, taken * 2);
    }
    ends[taken++] = cells.length();
    weight = ROW_BYTES + row.length;
  }

  private static int length(byte[] row, int at) {
    int length = row.length - at < LENGTH_BYTES ? NULL - 1 : PostgresBinary.int32(row, at);
    if (length < NULL || length > row.length - at - LENGTH_BYTES) {
      throw misread();
    }
    return length;
  }

  /** False if the column cannot hold the value. */
  private boolean cell(int column, byte[] row, int at, int length) throws SQLException {
    Form form = forms[column];
    if (isUnchecked) {
      form.requireReadable(row, at, length);
    }
    if (form.isPlain(row, at, length)) {
      cells.int32(length);
      cells.bytes(row, at, length);
      return true;
    }
    return writer.write(types[column], form.decode(row, at, length), cells) == null;
  }

  private @Nullable Object[] values(byte[] row, int from) {
    @Nullable Object[] values = new Object[forms.length];
    int at = from;
    for (int i = 0; i < values.length; i++) {
      int length = length(row, at);
      at += LENGTH_BYTES;
      if (length >= 0) {
        values[i] = forms[i].decode(row, at, length);
        at += length;
      }
    }
    return values;
  }

  @Override
  public List<SourceRow> taken() {
    EncodedRows rows =
        new EncodedRows(
            cells.array(),
            ends,
            taken,
            forms.length,
            odd,
            (column, bytes, at, length) -> forms[column].decode(bytes, at, length));
    cells = new ByteSink(Math.max(FIRST_BYTES, cells.length()));
    ends = new int[Math.max(FIRST_ROWS, taken)];
    taken = 0;
    odd = new HashMap<>();
    return rows;
  }

  private static IpaiException misread() {
    return new IpaiException(
            ConnectorErrors.ANSWER, "the server's COPY does not come row by row as PostgreSQL's")
        .hint("connect to the PostgreSQL server itself, without a proxy between");
  }

  @Override
  public long weight() {
    return weight;
  }

  @Override
  public boolean isLimited() {
    return given >= limit;
  }

  @Override
  public void cancel() throws SQLException {
    connection.cancelQuery();
  }

  /** What is left of the answer is read past, unless the connection is closed before. */
  @Override
  public void close() throws SQLException {
    CopyOut open = copy;
    while (open != null && open.isActive() && open.readFromCopy() != null) {
      // The end of the answer is a row of its own.
    }
  }
}
