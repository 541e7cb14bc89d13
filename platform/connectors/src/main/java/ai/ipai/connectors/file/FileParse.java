package ai.ipai.connectors.file;

import ai.ipai.spi.connector.SourceColumn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Carries out one order, inside the parser's process. */
final class FileParse {
  private static final long PEEKED = 1_000;
  private static final long SAMPLED = 10_000;

  private final ParseOrder order;
  private final FrameWriter out;

  FileParse(ParseOrder order, FrameWriter out) {
    this.order = order;
    this.out = out;
  }

  void run() {
    try {
      switch (order.mode()) {
        case PEEK -> out.columns(scan(PEEKED).columns(order.stream(), order.landed()));
        case VALUES -> values(scan(Long.MAX_VALUE));
        case CELLS -> cells(scan(Long.MAX_VALUE));
        case CELLS_AT_ONCE -> cellsAtOnce();
      }
      out.end();
    } catch (BrokenFile e) {
      out.broken(e);
    } catch (IOException e) {
      out.broken(FileFailures.of(e, 0));
    } catch (UncheckedIOException gone) {
      throw gone;
    } catch (RuntimeException e) {
      out.broken(FileFailures.of(e, 0));
    } catch (StackOverflowError e) {
      out.broken(new BrokenFile("nested too deeply", 0));
    }
  }

  private FileScan scan(long most) {
    FileScan scan = FileScan.of(order.file(), order.stream(), most, out::tick);
    if (scan.broken() != null) {
      throw scan.broken();
    }
    return scan;
  }

  private void cellsAtOnce() throws IOException {
    FileScan beginning = scan(SAMPLED);
    if (!encodes(beginning)) {
      FileScan whole = scan(Long.MAX_VALUE);
      out.withdrawn();
      cells(whole);
    }
  }

  private void cells(FileScan whole) throws IOException {
    if (!encodes(whole)) {
      throw new BrokenFile("it changed while it was read", 0);
    }
  }

  /** False if the types that the scan gave do not fit all values. */
  private boolean encodes(FileScan scan) throws IOException {
    RowBlocks blocks = new RowBlocks(out, FileScan.allowedBytes(order.file()));
    RowEncoder encoder = new RowEncoder(blocks, order, scan);
    try (Records records = FileScan.open(order.file(), order.stream())) {
      skip(records, scan);
      if (encoder.isContradicted()) {
        return false;
      }
      encoder.announce();
      for (long count = 0; records.next(encoder); count++) {
        encoder.endRow(records.line(), records.columns());
        if ((count & 0xff) == 0) {
          out.tick();
          if (encoder.isContradicted()) {
            return false;
          }
        }
      }
    }
    if (encoder.isContradicted()) {
      return false;
    }
    encoder.announceAll();
    return true;
  }

  private void skip(Records records, FileScan scan) {
    for (long skipped = 0; skipped < order.skipped(); skipped++) {
      if (!records.look(scan.guesses())) {
        return;
      }
      if (skipped % 1000 == 0) {
        out.tick();
      }
    }
  }

  private void values(FileScan scan) throws IOException {
    RowBlocks blocks = new RowBlocks(out, FileScan.allowedBytes(order.file()));
    List<SourceColumn> columns = scan.columns(order.stream(), order.landed());
    int own = FileScan.own().size();
    try (Records records = FileScan.open(order.file(), order.stream())) {
      skip(records, scan);
      blocks.columns(columns);
      @Nullable Object[] values;
      while ((values = records.next()) != null) {
        @Nullable Object[] row = new Object[columns.size()];
        row[0] = order.path();
        row[1] = records.line();
        System.arraycopy(values, 0, row, own, Math.min(values.length, row.length - own));
        blocks.addOdd(row);
        out.tick();
      }
      blocks.flush();
    }
  }
}
