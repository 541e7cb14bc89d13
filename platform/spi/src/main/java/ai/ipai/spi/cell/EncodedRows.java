package ai.ipai.spi.cell;

import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.SourceRow;
import java.nio.ByteBuffer;
import java.util.AbstractList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a batch whose cells stand ready for COPY, each column in exactly its own type. Whoever
 * wants values instead gets them row by row, made anew each time. A row with a value that its
 * column cannot hold is kept as values, in its place. Immutable as long as nobody writes to the
 * arrays.
 *
 * <p>Only from a reader that has looked at the cells: no infinity or year before Christ where the
 * type has none, no NaN of a decimal, no text that is not UTF-8.
 */
public final class EncodedRows extends AbstractList<SourceRow> implements RandomAccess {
  private static final int LENGTH_BYTES = 4;

  private final byte[] cells;
  private final int[] ends;
  private final int size;
  private final int width;
  private final Map<Integer, SourceRow> odd;
  private final CellDecoder decoder;

  /** Turns a cell into what {@link ColumnType} names. */
  @FunctionalInterface
  public interface CellDecoder {
    /**
     * The value of a cell that is not null.
     *
     * @param at where its bytes begin, after their length
     */
    Object decode(int column, byte[] cells, int at, int length);
  }

  /**
   * Wraps what a reader encoded.
   *
   * @param columns of the batch
   * @param cells of all rows, one after the other
   * @param ends where each row ends
   */
  public EncodedRows(List<SourceColumn> columns, byte[] cells, int[] ends) {
    this(cells, ends, ends.length, columns.size(), Map.of(), usual(columns));
  }

  /**
   * The same with rows that are kept as values; their cells are empty.
   *
   * @param size how many rows there are, those included
   * @param odd by their place
   */
  public EncodedRows(
      byte[] cells,
      int[] ends,
      int size,
      int width,
      Map<Integer, SourceRow> odd,
      CellDecoder decoder) {
    this.cells = cells;
    this.ends = ends;
    this.size = size;
    this.width = width;
    this.odd = Map.copyOf(odd);
    this.decoder = decoder;
  }

  private static CellDecoder usual(List<SourceColumn> columns) {
    ColumnType[] types = columns.stream().map(SourceColumn::type).toArray(ColumnType[]::new);
    return (column, cells, at, length) -> CellReader.read(types[column], cells, at, length);
  }

  /** Not to be written to. */
  public byte[] cells() {
    return cells;
  }

  public int start(int row) {
    return row == 0 ? 0 : ends[row - 1];
  }

  public int end(int row) {
    return ends[row];
  }

  public CellDecoder decoder() {
    return decoder;
  }

  /** Whether this row is there as cells. */
  public boolean isReady(int row) {
    return odd.isEmpty() || !odd.containsKey(row);
  }

  /** Whether each of these columns has a value in this row, which is ready. */
  public boolean hasAll(int row, boolean[] wanted) {
    int at = start(row);
    for (boolean isWanted : wanted) {
      int length = length(at);
      if (length < 0 && isWanted) {
        return false;
      }
      at += LENGTH_BYTES + Math.max(length, 0);
    }
    return true;
  }

  private int length(int at) {
    return ((cells[at] & 0xff) << 24)
        | ((cells[at + 1] & 0xff) << 16)
        | ((cells[at + 2] & 0xff) << 8)
        | (cells[at + 3] & 0xff);
  }

  /**
   * Where the cells of a row that is ready begin, each with its length before it; and where the
   * last one ends.
   *
   * @param places one more than there are columns; written to
   */
  public void places(int row, int[] places) {
    int at = start(row);
    for (int i = 0; i < width; i++) {
      places[i] = at;
      at += LENGTH_BYTES + Math.max(length(at), 0);
    }
    places[width] = at;
  }

  /** One value of a list of rows; of encoded ones only that one is decoded. */
  public static @Nullable Object value(List<SourceRow> rows, int row, int column) {
    return rows instanceof EncodedRows encoded && encoded.isReady(row)
        ? encoded.value(row, column)
        : rows.get(row).value(column);
  }

  private @Nullable Object value(int row, int column) {
    int at = start(row);
    for (int i = 0; i < column; i++) {
      at += LENGTH_BYTES + Math.max(length(at), 0);
    }
    return decoded(column, at);
  }

  private @Nullable Object decoded(int column, int at) {
    int length = length(at);
    return length < 0 ? null : decoder.decode(column, cells, at + LENGTH_BYTES, length);
  }

  @Override
  public SourceRow get(int row) {
    Objects.checkIndex(row, size);
    SourceRow kept = odd.get(row);
    if (kept != null) {
      return kept;
    }
    @Nullable Object[] values = new Object[width];
    int at = start(row);
    for (int i = 0; i < width; i++) {
      values[i] = decoded(i, at);
      at += LENGTH_BYTES + Math.max(length(at), 0);
    }
    return SourceRow.present(values);
  }

  @Override
  public int size() {
    return size;
  }

  /** The values of one row's cells. */
  public static @Nullable Object[] values(ColumnType[] types, byte[] cells, int from, int to) {
    ByteBuffer left = ByteBuffer.wrap(cells, from, to - from);
    @Nullable Object[] values = new Object[types.length];
    for (int i = 0; i < values.length; i++) {
      int length = left.getInt();
      if (length >= 0) {
        values[i] = CellReader.read(types[i], cells, left.position(), length);
        left.position(left.position() + length);
      }
    }
    return values;
  }
}
