package ai.ipai.ingest.run;

import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.ConnectorContext;
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
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A source of numbers in small batches: streams {@code appended} (no key, so that a row stored
 * twice shows) and {@code merged}.
 */
final class CountingConnectorType implements ConnectorType {
  private static final List<SourceColumn> COLUMNS =
      List.of(
          SourceColumn.of("id", ColumnType.BIGINT), SourceColumn.of("Über name", ColumnType.TEXT));

  @Override
  public ConnectorSpec spec() {
    return new ConnectorSpec("counting", "Numbers", "{}", "{}", false);
  }

  @Override
  public Connector open(ConnectorSettings settings, ConnectorContext context) {
    long rows = settings.connection().integer("rows", 1000);
    long batch = settings.connection().integer("batch", 50);
    return new Connector() {
      @Override
      public List<Finding> check() {
        return List.of();
      }

      @Override
      public List<StreamDescriptor> discover() {
        Set<ReadMode> modes = Set.of(ReadMode.SNAPSHOT, ReadMode.CHANGES);
        return Stream.of("appended", "merged")
            .map(
                name ->
                    new StreamDescriptor(
                        name,
                        COLUMNS,
                        name.equals("merged") ? List.of("id") : List.of(),
                        modes,
                        ""))
            .toList();
      }

      @Override
      public BatchReader open(StreamRequest request) {
        StreamDescriptor stream =
            discover().stream().filter(s -> s.name().equals(request.stream())).findFirst().get();
        return new Counter(stream, request.from(), rows, batch);
      }

      @Override
      public void close() {}
    };
  }

  private static final class Counter implements BatchReader {
    private final StreamDescriptor stream;
    private final long rows;
    private final long batch;
    private long at;
    private boolean ended;

    Counter(StreamDescriptor stream, @Nullable Cursor from, long rows, long batch) {
      this.stream = stream;
      this.rows = rows;
      this.batch = batch;
      this.at = from == null ? 0 : Long.parseLong(from.json());
    }

    @Override
    public StreamDescriptor stream() {
      return stream;
    }

    @Override
    public OptionalLong expectedRows() {
      return OptionalLong.of(rows);
    }

    @Override
    public @Nullable RecordBatch next() {
      if (ended) {
        return null;
      }
      List<SourceRow> next = new ArrayList<>();
      long end = Math.min(rows, at + batch);
      for (long i = at + 1; i <= end; i++) {
        next.add(SourceRow.present(i, "row " + i));
      }
      at = end;
      ended = at >= rows;
      return RecordBatch.of(COLUMNS, next, new Cursor(Long.toString(at)));
    }

    @Override
    public void close() {
      ended = true;
    }
  }
}
