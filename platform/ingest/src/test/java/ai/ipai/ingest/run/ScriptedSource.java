package ai.ipai.ingest.run;

import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.ConnectorContext;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.ConnectorSpec;
import ai.ipai.spi.connector.ConnectorType;
import ai.ipai.spi.connector.Cursor;
import ai.ipai.spi.connector.Finding;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.connector.StreamDescriptor;
import ai.ipai.spi.connector.StreamRequest;
import ai.ipai.spi.error.IpaiException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One stream, {@code things}, or several alike, whose rows and changes a test sets. */
final class ScriptedSource implements ConnectorType {
  List<SourceColumn> columns = List.of();
  List<String> key = List.of("id");
  List<String> names = List.of("things");
  Set<ReadMode> modes = Set.of(ReadMode.SNAPSHOT, ReadMode.CHANGES);
  boolean tellsDeletes;
  List<SourceRow> rows = List.of();
  List<SourceRow> changes = List.of();
  int batch = 2;
  final List<StreamRequest> requests = new ArrayList<>();

  /** Rows after which a reading fails; -1 for never. */
  int failsAfter = -1;

  /** Does not know any more where an earlier reading was. */
  boolean losesItsPlace;

  /** Never answers; for cancellation. */
  volatile boolean hangs;

  volatile boolean discoverHangs;
  volatile boolean openHangs;

  /** Whether it was asked and does not answer. */
  volatile boolean isHanging;

  /** Batches that a reading gives before it says nothing more; none if negative. */
  volatile int hangsAfter = -1;

  /** Batches that a reading gives before it ends in {@link #death}; none if negative. */
  int diesAfter = -1;

  Throwable death = new IllegalStateException("scripted");

  @Override
  public ConnectorSpec spec() {
    return new ConnectorSpec("scripted", "Scripted", "{}", "{}", false);
  }

  @Override
  public Connector open(ConnectorSettings settings, ConnectorContext context) {
    return new Connector() {
      @Override
      public List<Finding> check() {
        return List.of();
      }

      @Override
      public List<StreamDescriptor> discover() {
        while (discoverHangs) {
          isHanging = true;
          Thread.onSpinWait();
        }
        return streams();
      }

      private List<StreamDescriptor> streams() {
        return names.stream()
            .map(name -> new StreamDescriptor(name, columns, key, modes, "", tellsDeletes))
            .toList();
      }

      @Override
      public BatchReader open(StreamRequest request) {
        requests.add(request);
        if (losesItsPlace && request.from() != null) {
          throw new IpaiException(ConnectorErrors.CURSOR, "the place is lost");
        }
        while (openHangs) {
          isHanging = true;
          Thread.onSpinWait();
        }
        List<SourceRow> given = request.mode() == ReadMode.CHANGES ? changes : rows;
        return new Reader(streams().getFirst(), given);
      }

      @Override
      public void close() {}
    };
  }

  private final class Reader implements BatchReader {
    private final StreamDescriptor stream;
    private final List<SourceRow> given;
    private int at;
    private int batches;
    private boolean ended;

    Reader(StreamDescriptor stream, List<SourceRow> given) {
      this.stream = stream;
      this.given = given;
    }

    @Override
    public StreamDescriptor stream() {
      return stream;
    }

    @Override
    public OptionalLong expectedRows() {
      return OptionalLong.of(given.size());
    }

    @Override
    public @Nullable RecordBatch next() {
      while (hangs || batches == hangsAfter) {
        Thread.onSpinWait();
      }
      if (batches++ == diesAfter) {
        switch (death) {
          case Error error -> throw error;
          case RuntimeException failure -> throw failure;
          case Throwable other -> throw new IllegalStateException(other);
        }
      }
      if (ended) {
        return null;
      }
      if (failsAfter >= 0 && at >= failsAfter) {
        throw new IpaiException(ConnectorErrors.SOURCE_FAILED, "the source fails");
      }
      int end = Math.min(given.size(), at + batch);
      List<SourceRow> next = given.subList(at, end);
      at = end;
      ended = at == given.size();
      return RecordBatch.of(columns, next, new Cursor("{\"at\": " + at + "}"));
    }

    @Override
    public void close() {}
  }
}
