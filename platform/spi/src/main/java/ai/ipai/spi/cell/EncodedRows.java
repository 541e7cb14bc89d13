package ai.ipai.spi.cell;

import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.SourceRow;
import java.nio.ByteBuffer;
import java.util.AbstractList;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a batch whose cells stand ready for COPY, each column in exactly its own type. Whoever
 * wants values instead gets them row by row, made anew each time. Immutable as long as nobody
 * writes to the arrays.
 */
public final class EncodedRows extends AbstractList<SourceRow> implements RandomAccess {
  private final ColumnType[] types;
  private final byte[] cells;
  private final int[] ends;

  /**
   * Wraps what a reader encoded.
   *
   * @param columns of the batch
   * @param cells of all rows, one after the other
   * @param ends where each row ends
   */
  public EncodedRows(List<SourceColumn> columns, byte[] cells, int[] ends) {
    this.types = columns.stream().map(SourceColumn::type).toArray(ColumnType[]::new);
    this.cells = cells;
    this.ends = ends;
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

  /** Whether each of these columns has a value in this row. */
  public boolean hasAll(int row, boolean[] wanted) {
    ByteBuffer left = ByteBuffer.wrap(cells, start(row), ends[row] - start(row));
    for (boolean isWanted : wanted) {
      int length = left.getInt();
      if (length < 0 && isWanted) {
        return false;
      }
      left.position(left.position() + Math.max(length, 0));
    }
    return true;
  }

  @Override
  public SourceRow get(int row) {
    Objects.checkIndex(row, ends.length);
    return SourceRow.present(values(types, cells, start(row), ends[row]));
  }

  @Override
  public int size() {
    return ends.length;
  }

  /** The values of one row's cells. */
  public static @Nullable Object[] values(ColumnType[] types, byte[] cells, int from, int to) {
    ByteBuffer left = ByteBuffer.wrap(cells, from, to - from);
    @Nullable Object[] values = new Object[types.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = CellReader.read(types[i], left);
    }
    return values;
  }
}
