package ai.ipai.ingest.push;

import ai.ipai.ingest.push.DeliveredBatch.Part;
import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.SourceRow;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one delivery: folded by their key where they are merged, then sorted by what they
 * give.
 */
final class DeliveredRows {
  private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]{0,40})(\\.[0-9]{1,40})?");

  private final Map<String, SourceColumn> columns;
  private final List<String> key;
  private final boolean merges;
  private final Map<Object, Row> rows = new LinkedHashMap<>();

  private record Row(Map<String, @Nullable Object> values, boolean isDeleted) {}

  private record Given(List<String> names, boolean isDeleted) {}

  DeliveredRows(Map<String, SourceColumn> columns, List<String> key, boolean merges) {
    this.columns = columns;
    this.key = key;
    this.merges = merges;
  }

  /** Of two rows with one key the later one counts, in what it gives. */
  void add(Map<String, @Nullable Object> values, boolean isDeleted) {
    List<Object> identity = identity(values);
    if (identity == null) {
      rows.put(new Object(), new Row(values, isDeleted));
      return;
    }
    Row before = rows.remove(identity);
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    if (before != null && !before.isDeleted() && !isDeleted) {
      all.putAll(before.values());
    }
    all.putAll(values);
    rows.put(identity, new Row(all, isDeleted));
  }

  /** Null where the row is nobody's but its own. */
  private @Nullable List<Object> identity(Map<String, @Nullable Object> values) {
    if (!merges) {
      return null;
    }
    List<Object> identity = new ArrayList<>();
    for (String name : key) {
      Object value = values.get(name);
      if (value == null) {
        return null;
      }
      identity.add(normal(value, Objects.requireNonNull(columns.get(name)).type()));
    }
    return identity;
  }

  /** As the table's column tells values apart: a number also where it is written as text. */
  private static Object normal(Object value, ColumnType type) {
    String text = value.toString();
    boolean isNumber =
        switch (type) {
          case NUMERIC -> true;
          case BIGINT -> !(value instanceof String) || text.indexOf('.') < 0;
          case BOOLEAN, DOUBLE, TEXT, DATE, TIMESTAMP, TIMESTAMPTZ, JSON, BYTES -> false;
        };
    return isNumber && NUMBER.matcher(text).matches()
        ? new BigDecimal(text).stripTrailingZeros()
        : text;
  }

  List<Part> parts() {
    Map<Given, List<SourceRow>> parts = new LinkedHashMap<>();
    for (Row row : rows.values()) {
      List<String> names =
          columns.keySet().stream().filter(name -> key.contains(name) || gives(row, name)).toList();
      parts
          .computeIfAbsent(new Given(names, row.isDeleted()), given -> new ArrayList<>())
          .add(source(row, names));
    }
    return parts.entrySet().stream()
        .map(
            part ->
                new Part(
                    part.getKey().names().stream()
                        .map(name -> Objects.requireNonNull(columns.get(name)))
                        .toList(),
                    part.getValue()))
        .toList();
  }

  /** Of a row that is gone only the key counts. */
  private boolean gives(Row row, String name) {
    return row.values().containsKey(name) && !(merges && row.isDeleted());
  }

  private static SourceRow source(Row row, List<String> names) {
    @Nullable Object[] values = new Object[names.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.values().get(names.get(i));
    }
    return row.isDeleted() ? SourceRow.deleted(values) : SourceRow.present(values);
  }
}
