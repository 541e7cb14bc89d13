package ai.ipai.connectors.process;

import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.JsonText;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.connector.StreamDescriptor;
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
 * one without passes over as many.
 */
final class ProcessReader implements BatchReader {
  private static final int ROWS = 2_000;

  private final Conversation said;
  private final StreamDescriptor stream;
  private final List<SourceColumn> columns = new ArrayList<>();
  private final Map<String, Integer> positions = new HashMap<>();
  private ProcessCursor at;
  private long passedOver;
  private boolean given;
  private boolean ended;

  ProcessReader(Conversation said, StreamDescriptor stream, ProcessCursor from) {
    this.said = said;
    this.stream = stream;
    this.passedOver = stream.key().isEmpty() ? from.records() : 0;
    this.at = new ProcessCursor(from.said(), 0);
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
    while (!ended && rows.size() < ROWS) {
      Optional<JsonNode> message = said.next();
      if (message.isEmpty()) {
        ended = true;
      } else if (take(message.get(), rows) && !rows.isEmpty()) {
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
  private boolean take(JsonNode message, List<@Nullable Object[]> rows) {
    return switch (message.path("type").asString("")) {
      case "RECORD" -> {
        JsonNode record = message.path("record");
        if (record.path("stream").asString("").equals(stream.name())) {
          at = new ProcessCursor(at.said(), at.records() + 1);
          if (passedOver > 0) {
            passedOver--;
          } else {
            rows.add(row(record.path("data")));
          }
        }
        yield false;
      }
      case "STATE" -> {
        at = new ProcessCursor(message.path("state"), 0);
        passedOver = 0;
        yield true;
      }
      default -> false;
    };
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
