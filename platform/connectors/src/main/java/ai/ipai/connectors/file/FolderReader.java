package ai.ipai.connectors.file;

import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.Landing;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.Reject;
import ai.ipai.spi.connector.Removal;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.connector.StreamDescriptor;
import ai.ipai.spi.connector.Superseded;
import ai.ipai.spi.connector.Withdrawn;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Gives the records of all files that are new or have changed, file by file in the order of their
 * paths; each is parsed in a process apart. The first batch of a changed file, and of one that an
 * earlier run left halfway in another version, says that its earlier rows are out of date. A file
 * that changes while it is read is read again by the next run.
 */
final class FolderReader implements BatchReader {
  private final Folder folder;
  private final FileStream stream;
  private final StreamDescriptor descriptor;
  private final Landing landing;
  private final ParserPool parsers;
  private final Cancellation cancellation;
  private final Deque<Folder.Entry> waiting;
  private final Map<String, ColumnType> landed;
  private FileVersions at;
  private @Nullable OpenFile open;
  private boolean any;

  FolderReader(
      Folder folder,
      FileStream stream,
      StreamDescriptor descriptor,
      FileVersions from,
      Landing landing,
      ParserPool parsers,
      Cancellation cancellation) {
    this.folder = folder;
    this.stream = stream;
    this.descriptor = descriptor;
    this.landing = landing;
    this.landed = new HashMap<>(landing.types());
    this.parsers = parsers;
    this.cancellation = cancellation;
    this.at = from;
    if (from.done().isEmpty()) {
      // There is a file to be parsed; what it is, and a digest of it, takes as long as a start.
      parsers.prepare();
    }
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
    while (open != null || !waiting.isEmpty()) {
      any = true;
      if (open == null) {
        open = begin(waiting.remove());
      }
      RecordBatch batch = step(open);
      if (batch != null) {
        return batch;
      }
    }
    boolean isEmpty = !any;
    any = true;
    return isEmpty ? RecordBatch.of(FileScan.own(), List.of(), at.cursor()) : null;
  }

  /** Whether an earlier run was interrupted inside this very version of the file. */
  private boolean isInterrupted(Folder.Entry entry) {
    return at.file().equals(entry.path()) && at.version().equals(entry.sha256());
  }

  private Removal withdrawal(String path) {
    return landing.withdrawable()
        ? new Withdrawn(FileScan.FILE, path, at.done().keySet().stream().allMatch(path::equals))
        : new Superseded(FileScan.FILE, path);
  }

  private OpenFile begin(Folder.Entry entry) {
    OpenFile file = new OpenFile(entry, at.done().containsKey(entry.path()), parsers.take());
    if (isInterrupted(entry)) {
      file.given = at.records();
      file.isBegun = file.given > 0;
    }
    try {
      order(file);
    } catch (RuntimeException refused) {
      parsers.giveBack(file.parser);
      throw refused;
    }
    return file;
  }

  private void order(OpenFile file) {
    ParseOrder.Mode mode =
        landing.withdrawable()
            ? ParseOrder.Mode.CELLS_AT_ONCE
            : landing.encoded() ? ParseOrder.Mode.CELLS : ParseOrder.Mode.VALUES;
    try {
      file.parser.order(
          new ParseOrder(
              folder.resolve(file.entry), file.entry.path(), stream, mode, landed, file.given));
    } catch (IOException e) {
      throw gone(file.entry, e);
    }
  }

  private @Nullable RecordBatch step(OpenFile file) {
    try {
      Frame frame = file.parser.next();
      return switch (frame.kind()) {
        case COLUMNS -> {
          file.columns = frame.columns();
          yield null;
        }
        case CELLS, VALUES -> rows(file, frame.rows(file.columns));
        case WITHDRAWN -> withdrawn(file);
        case BROKEN -> rejected(file, frame.broken());
        case END -> finished(file);
        case TICK -> null;
      };
    } catch (ParserDeath death) {
      return died(file, death);
    } catch (BrokenFile malformed) {
      return rejected(file, malformed);
    }
  }

  private RecordBatch rows(OpenFile file, List<SourceRow> rows) {
    file.given += rows.size();
    at = at.within(file.entry.path(), file.entry.sha256(), file.given);
    return batch(file, rows);
  }

  private RecordBatch finished(OpenFile file) {
    leave(file);
    at = at.finished(file.entry.path(), file.entry.sha256());
    return batch(file, List.of());
  }

  private RecordBatch batch(OpenFile file, List<SourceRow> rows) {
    boolean isReplaced = !file.isBegun && file.isChanged;
    file.isBegun = true;
    if (landing.encoded()) {
      // Files after this one meet a table that has these columns.
      for (SourceColumn column : file.columns) {
        landed.merge(column.name(), column.type(), ColumnType::widenedBy);
      }
    }
    return new RecordBatch(
        file.columns,
        rows,
        isReplaced ? new Superseded(FileScan.FILE, file.entry.path()) : null,
        List.of(),
        at.cursor());
  }

  /** The parser begins anew, and knows more this time. */
  private @Nullable RecordBatch withdrawn(OpenFile file) {
    boolean hadRows = file.given > 0;
    file.given = 0;
    if (!hadRows) {
      return null;
    }
    Removal removal = withdrawal(file.entry.path());
    at = at.within(file.entry.path(), file.entry.sha256(), 0);
    return new RecordBatch(FileScan.own(), List.of(), removal, List.of(), at.cursor());
  }

  /**
   * A file is left out whole. What was given of it is taken back: from a table that nobody sees as
   * if it had never been there, from a live one by marking it as deleted.
   */
  private RecordBatch rejected(OpenFile file, BrokenFile broken) {
    Folder.Entry entry = file.entry;
    boolean hadRows = file.given > 0;
    if (hadRows && !landing.withdrawable() && !folder.isStill(entry, cancellation)) {
      throw gone(entry, broken);
    }
    boolean hasPart = "".equals(at.done().get(entry.path()));
    Removal removal =
        hadRows
            ? withdrawal(entry.path())
            : hasPart ? new Superseded(FileScan.FILE, entry.path()) : null;
    leave(file);
    at = at.finished(entry.path(), entry.sha256());
    Reject reject =
        new Reject(
            entry.path(),
            String.valueOf(broken.getMessage()),
            Map.of("line", Long.toString(broken.line()), "sha256", entry.sha256()));
    return new RecordBatch(FileScan.own(), List.of(), removal, List.of(reject), at.cursor());
  }

  /** Once more where nobody knows why: the machine may have been short of something. */
  private @Nullable RecordBatch died(OpenFile file, ParserDeath death) {
    if (death.isUnexplained() && !file.isRetried) {
      file.isRetried = true;
      parsers.giveBack(file.parser);
      file.parser = parsers.take();
      order(file);
      return null;
    }
    if (death.isKilledFromOutside()) {
      throw new IpaiException(
              ConnectorErrors.PROCESS, "the process that parses files was killed twice", death)
          .fact("file", file.entry.path())
          .hint("most likely the machine is short of memory; the run goes on with this file");
    }
    return rejected(file, new BrokenFile(String.valueOf(death.getMessage()), 0, death));
  }

  private void leave(OpenFile file) {
    parsers.giveBack(file.parser);
    open = null;
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
      leave(open);
    }
  }

  private static final class OpenFile {
    private final Folder.Entry entry;
    private ParserProcess parser;
    private List<SourceColumn> columns = FileScan.own();
    private long given;
    private final boolean isChanged;
    private boolean isBegun;
    private boolean isRetried;

    OpenFile(Folder.Entry entry, boolean isChanged, ParserProcess parser) {
      this.entry = entry;
      this.isChanged = isChanged;
      this.parser = parser;
    }
  }
}
