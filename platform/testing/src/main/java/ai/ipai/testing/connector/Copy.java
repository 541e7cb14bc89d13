package ai.ipai.testing.connector;

import ai.ipai.spi.connector.Emptied;
import ai.ipai.spi.connector.KeySweep;
import ai.ipai.spi.connector.KeysGone;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.connector.StreamDescriptor;
import ai.ipai.spi.connector.Superseded;
import ai.ipai.spi.connector.Withdrawn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What a loader would hold after some batches, as plainly as it can be written: later rows count,
 * deleted ones go, swept and superseded ones too. Without a key every row stays.
 */
final class Copy {
  private final List<String> key;
  private final Map<List<String>, Map<String, String>> rows = new LinkedHashMap<>();
  private long counter;

  Copy(StreamDescriptor stream) {
    this.key = stream.key();
  }

  void add(RecordBatch batch) {
    switch (batch.removal()) {
      case null -> {}
      case KeySweep sweep ->
          rows.keySet()
              .removeIf(
                  known -> {
                    long id = Long.parseLong(known.getFirst());
                    return id > sweep.after()
                        && id <= sweep.upTo()
                        && !sweep.present().contains(id);
                  });
      case KeysGone gone ->
          rows.keySet().removeIf(known -> gone.keys().contains(Long.valueOf(known.getFirst())));
      case Emptied _ -> rows.clear();
      case Superseded gone ->
          rows.values().removeIf(row -> gone.value().equals(row.get(gone.column())));
      case Withdrawn gone ->
          rows.values().removeIf(row -> gone.value().equals(row.get(gone.column())));
    }
    for (SourceRow row : batch.rows()) {
      Map<String, String> values = values(batch.columns(), row);
      List<String> identity =
          key.isEmpty()
              ? List.of(Long.toString(counter++))
              : key.stream().map(name -> Objects.requireNonNull(values.get(name))).toList();
      if (row.isDeleted()) {
        rows.remove(identity);
      } else {
        rows.put(identity, values);
      }
    }
  }

  /** Comparable whatever the order. */
  List<String> sorted() {
    List<String> all = new ArrayList<>();
    rows.values().forEach(row -> all.add(row.toString()));
    all.sort(null);
    return all;
  }

  int size() {
    return rows.size();
  }

  static Map<String, String> values(List<SourceColumn> columns, SourceRow row) {
    Map<String, String> values = new TreeMap<>();
    for (int i = 0; i < columns.size(); i++) {
      Object value = row.value(i);
      if (value != null) {
        values.put(columns.get(i).name(), value.toString());
      }
    }
    return values;
  }
}
