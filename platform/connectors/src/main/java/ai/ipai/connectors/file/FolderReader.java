package ai.ipai.connectors.file;

import ai.ipai.connectors.BatchWeight;
import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.Reject;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.connector.StreamDescriptor;
import ai.ipai.spi.connector.Superseded;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Gives the records of all files that are new or have changed, file by file in the order of their
 * paths. The first batch of a changed file, and of one that an earlier run left halfway in another
 * version, says that its earlier rows are out of date. A file that changes while it is read is read
 * again by the next run.
 */
final class FolderReader implements BatchReader {
  private static final int ROWS = 5_000;

  private final Folder folder;
  private final FileStream stream;
  private final StreamDescriptor descriptor;
  private final Cancellation cancellation;
  private final Deque<Folder.Entry> waiting;
  private FileVersions at;
  private @Nullable OpenFile open;
  private boolean any;

  FolderReader(
      Folder folder,
      FileStream stream,
      StreamDescriptor descriptor,
      FileVersions from,
      Cancellation cancellation) {
    this.folder = folder;
    this.stream = stream;
    this.descriptor = descriptor;
    this.cancellation = cancellation;
    this.at = from;
    this.waiting = new ArrayDeque<>(folder.changed(stream.glob(), from, cancellation));
  }

  @Override
  public StreamDescriptor stream() {
    return descriptor;
  }

  @Override
  public OptionalLong expectedRows() {
    return OptionalLong.empty();
  }

  @Override
  public @Nullable RecordBatch next() {
    cancellation.check();
    if (open == null) {
      Folder.Entry entry = waiting.poll();
      if (entry == null) {
        boolean isEmpty = !any;
        any = true;
        return isEmpty ? RecordBatch.of(FileScan.own(), List.of(), at.cursor()) : null;
      }
      any = true;
      FileScan scan = scan(entry);
      if (scan.broken() != null) {
        return rejected(entry, scan.broken());
      }
      open = new OpenFile(entry, scan, records(entry));
      skip(open);
    }
    return batch(open);
  }

  private FileScan scan(Folder.Entry entry) {
    try {
      return FileScan.of(folder.resolve(entry), stream, Long.MAX_VALUE, cancellation);
    } catch (IOException e) {
      throw gone(entry, e);
    }
  }

  private Records records(Folder.Entry entry) {
    try {
      return FileScan.open(folder.resolve(entry), stream);
    } catch (IOException e) {
      throw gone(entry, e);
    }
  }

  /** Where an earlier run was interrupted inside this very version of the file. */
  private void skip(OpenFile file) {
    boolean isSame =
        at.file().equals(file.entry.path()) && at.version().equals(file.entry.sha256());
    if (isSame) {
      file.resumed = at.records() > 0;
      while (file.given < at.records() && file.records.next() != null) {
        file.given++;
      }
    }
  }

  private RecordBatch batch(OpenFile file) {
    String path = file.entry.path();
    boolean isFirst = file.given == 0 && !file.resumed;
    boolean isChanged = at.done().containsKey(path);
    List<SourceRow> rows = new ArrayList<>();
    long weight = 0;
    boolean ended = false;
    try {
      while (rows.size() < ROWS && weight < BatchWeight.MAX_BYTES) {
        @Nullable Object[] values = file.records.next();
        if (values == null) {
          ended = true;
          break;
        }
        weight += BatchWeight.of(values);
        rows.add(row(file, values));
      }
    } catch (BrokenFile e) {
      throw gone(file.entry, e);
    }
    file.given += rows.size();
    if (ended) {
      file.records.close();
      open = null;
      at = at.finished(path, file.entry.sha256());
    } else {
      at = at.within(path, file.entry.sha256(), file.given);
    }
    return new RecordBatch(
        file.scan.columns(),
        rows,
        isFirst && isChanged ? new Superseded(FileScan.FILE, path) : null,
        List.of(),
        at.cursor());
  }

  private static SourceRow row(OpenFile file, @Nullable Object[] values) {
    @Nullable Object[] row = new Object[file.scan.columns().size()];
    row[0] = file.entry.path();
    row[1] = file.records.line();
    System.arraycopy(values, 0, row, 2, Math.min(values.length, row.length - 2));
    return SourceRow.present(row);
  }

  private RecordBatch rejected(Folder.Entry entry, BrokenFile broken) {
    boolean hasPart = "".equals(at.done().get(entry.path()));
    at = at.finished(entry.path(), entry.sha256());
    Reject reject =
        new Reject(
            entry.path(),
            String.valueOf(broken.getMessage()),
            Map.of("line", Long.toString(broken.line()), "sha256", entry.sha256()));
    return new RecordBatch(
        FileScan.own(),
        List.of(),
        hasPart ? new Superseded(FileScan.FILE, entry.path()) : null,
        List.of(reject),
        at.cursor());
  }

  private static IpaiException gone(Folder.Entry entry, Exception cause) {
    return new IpaiException(
            ConnectorErrors.SOURCE_FAILED, "a file changed while it was read", cause)
        .fact("file", entry.path())
        .hint("run the sync again; write files under another name and rename them when complete");
  }

  @Override
  public void close() {
    if (open != null) {
      open.records.close();
    }
  }

  private static final class OpenFile {
    private final Folder.Entry entry;
    private final FileScan scan;
    private final Records records;
    private long given;
    private boolean resumed;

    OpenFile(Folder.Entry entry, FileScan scan, Records records) {
      this.entry = entry;
      this.scan = scan;
      this.records = records;
    }
  }
}
