package ai.ipai.connectors.file;

import ai.ipai.spi.cell.ByteSink;
import ai.ipai.spi.connector.SourceColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gathers rows into frames, in their order, ready ones and odd ones apart. */
final class RowBlocks {
  private static final int BLOCK_BYTES = 1 << 19;
  private static final int BLOCK_ROWS = 20_000;
  private static final int VALUE_ROWS = 5_000;

  private final FrameWriter out;
  private final ByteSink cells = new ByteSink(BLOCK_BYTES + (BLOCK_BYTES >> 2));
  private final ByteSink odd = new ByteSink(1 << 12);
  private final long allowedBytes;
  private List<SourceColumn> columns = new ArrayList<>();
  private int[] ends = new int[1024];
  private int rows;
  private int oddRows;
  private long bytes;

  /**
   * An empty one.
   *
   * @param allowedBytes of all rows
   */
  RowBlocks(FrameWriter out, long allowedBytes) {
    this.out = out;
    this.allowedBytes = allowedBytes;
  }

  /** Of the rows from here on. */
  void columns(List<SourceColumn> next) {
    flush();
    columns = next;
    out.columns(columns);
  }

  /** A row of cells. */
  void add(ByteSink row) {
    if (oddRows > 0) {
      flush();
    }
    cells.bytes(row.array(), 0, row.length());
    if (rows == ends.length) {
      ends = Arrays.copyOf(ends, rows * 2);
    }
    ends[rows++] = cells.length();
    if (cells.length() >= BLOCK_BYTES || rows >= BLOCK_ROWS) {
      flush();
    }
  }

  /** A row of values. */
  void addOdd(@Nullable Object[] values) {
    if (rows > 0) {
      flush();
    }
    ValueCodec.write(values, columns.size(), odd);
    oddRows++;
    if (odd.length() >= BLOCK_BYTES || oddRows >= VALUE_ROWS) {
      flush();
    }
  }

  void flush() {
    bytes += cells.length() + odd.length();
    if (bytes > allowedBytes) {
      throw FileScan.bomb();
    }
    if (rows > 0) {
      ByteSink frame = out.begin(Frame.Kind.CELLS);
      frame.int32(rows);
      for (int i = 0; i < rows; i++) {
        frame.int32(ends[i]);
      }
      frame.bytes(cells.array(), 0, cells.length());
      out.send();
    }
    if (oddRows > 0) {
      ByteSink frame = out.begin(Frame.Kind.VALUES);
      frame.int32(oddRows);
      frame.bytes(odd.array(), 0, odd.length());
      out.send();
    }
    cells.truncate(0);
    odd.truncate(0);
    rows = 0;
    oddRows = 0;
  }
}
