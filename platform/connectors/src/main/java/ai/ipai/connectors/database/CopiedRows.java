package ai.ipai.connectors.database;

import ai.ipai.connectors.database.PostgresBinary.Form;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
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
  private static final long CELL_BYTES = 40;

  private final PGConnection connection;
  private final String sql;
  private final Form[] forms;
  private final int limit;
  private final boolean isUnchecked;
  private @Nullable CopyOut copy;
  private boolean ended;
  private int given;
  private long weight;

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
  public @Nullable SourceRow next() throws SQLException {
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
      return null;
    }
    int count = (short) ((row[at] << 8) | (row[at + 1] & 0xff));
    if (count < 0) {
      ended = open.readFromCopy() == null;
      return null;
    }
    given++;
    return cells(row, at + 2, count);
  }

  private static int header(byte[] message) {
    if (message.length < HEADER_BYTES || message[0] != 'P' || message[2] != 'C') {
      throw misread();
    }
    return HEADER_BYTES + PostgresBinary.int32(message, SIGNATURE_BYTES);
  }

  private SourceRow cells(byte[] row, int from, int count) throws SQLException {
    if (count != forms.length) {
      throw misread();
    }
    @Nullable Object[] cells = new Object[count];
    int at = from;
    for (int i = 0; i < count; i++) {
      int length = row.length - at < 4 ? Integer.MAX_VALUE : PostgresBinary.int32(row, at);
      at += 4;
      if (length == -1) {
        continue;
      }
      if (length < 0 || length > row.length - at) {
        throw misread();
      }
      cells[i] = forms[i].cell(row, at, length, isUnchecked);
      at += length;
    }
    if (at != row.length) {
      throw misread();
    }
    weight = ROW_BYTES + row.length + CELL_BYTES * count;
    return SourceRow.present(cells);
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
