package ai.ipai.connectors.process;

import ai.ipai.connectors.BatchWeight;
import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.JsonText;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.connector.StreamDescriptor;
import ai.ipai.spi.error.IpaiException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Records of one stream. A batch ends with a state, or when it is full: then the cursor also counts
 * the records since the state. Resumed there, a stream with a key takes them again (they merge),
 * one without passes over as many, if they are the same as before.
 */
final class ProcessReader implements BatchReader {
  private static final int ROWS = 2_000;

  private final Conversation said;
  private final StreamDescriptor stream;
  private final List<SourceColumn> columns = new ArrayList<>();
  private final Map<String, Integer> positions = new HashMap<>();
  private final boolean isKeyed;
  private final ProcessCursor from;
  private ProcessCursor at;
  private long toPass;
  private long weight;
  private boolean given;
  private boolean ended;

  ProcessReader(Conversation said, StreamDescriptor stream, ProcessCursor from) {
    this.said = said;
    this.stream = stream;
    this.isKeyed = !stream.key().isEmpty();
    this.from = from;
    this.toPass = isKeyed ? 0 : from.records();
    this.at = new ProcessCursor(from.said(), 0, 0);
    stream.columns().forEach(this::column);
  }

  private int column(SourceColumn column) {
    return positions.computeIfAbsent(
        column.name(),
        name -> {
          columns.add(column);
          return columns.size() - 1;
        });
  }

  @Override
  public StreamDescriptor stream() {
    return stream;
  }

  @Override
  public OptionalLong expectedRows() {
    return OptionalLong.empty();
  }

  @Override
  public @Nullable RecordBatch next() {
    List<@Nullable Object[]> rows = new ArrayList<>();
    weight = 0;
    while (!ended && rows.size() < ROWS && weight < BatchWeight.MAX_BYTES) {
      Optional<JsonNode> message = said.next();
      if (message.isEmpty()) {
        requirePassed();
        ended = true;
      } else if (heed(message.get(), rows) && !rows.isEmpty()) {
        break;
      }
    }
    if (ended && rows.isEmpty() && given) {
      return null;
    }
    given = true;
    List<SourceRow> wide =
        rows.stream()
            .map(row -> SourceRow.present(java.util.Arrays.copyOf(row, columns.size())))
            .toList();
    return RecordBatch.of(columns, wide, at.cursor());
  }

  /** True if it was a state. */
  private boolean heed(JsonNode message, List<@Nullable Object[]> rows) {
    return switch (message.path("type").asString("")) {
      case "RECORD" -> {
        JsonNode record = message.path("record");
        if (record.path("stream").asString("").equals(stream.name())) {
          take(record.path("data"), rows);
        }
        yield false;
      }
      case "STATE" -> {
        requirePassed();
        at = new ProcessCursor(message.path("state"), 0, 0);
        yield true;
      }
      default -> false;
    };
  }

  private void take(JsonNode data, List<@Nullable Object[]> rows) {
    at = at.after(data, isKeyed);
    if (toPass == 0) {
      @Nullable Object[] row = row(data);
      weight += BatchWeight.of(row);
      rows.add(row);
    } else if (--toPass == 0 && at.digest() != from.digest()) {
      throw others();
    }
  }

  private void requirePassed() {
    if (toPass > 0) {
      throw others();
    }
  }

  private IpaiException others() {
    return new IpaiException(
            ConnectorErrors.CURSOR,
            "the program gives other records of %s than before".formatted(stream.name()))
        .fact("stream", stream.name())
        .hint("read the stream anew: --full-refresh; a key would let it go on");
  }

  private @Nullable Object[] row(JsonNode data) {
    @Nullable Object[] row = new Object[columns.size()];
    for (Map.Entry<String, JsonNode> member : data.properties()) {
      Integer position = positions.get(member.getKey());
      if (position == null) {
        position = column(SourceColumn.of(member.getKey(), seen(member.getValue())));
      }
      if (position >= row.length) {
        row = java.util.Arrays.copyOf(row, columns.size());
      }
      row[position] = value(member.getValue());
    }
    return row;
  }

  private static ColumnType seen(JsonNode value) {
    return value.isObject() || value.isArray() ? ColumnType.JSON : ColumnType.TEXT;
  }

  private static @Nullable Object value(JsonNode node) {
    if (node.isNull()) {
      return null;
    }
    if (node.isString()) {
      return node.stringValue();
    }
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    if (node.isIntegralNumber() && node.canConvertToLong()) {
      return node.longValue();
    }
    return node.isNumber() ? node.decimalValue() : new JsonText(node.toString());
  }

  @Override
  public void close() {
    said.close();
  }
}
