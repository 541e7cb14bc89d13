package ai.ipai.ingest.writeback;

import ai.ipai.ingest.writeback.WriteItem.Status;
import ai.ipai.spi.connector.RecordTarget;
import ai.ipai.spi.connector.RecordTarget.Found;
import ai.ipai.spi.error.IpaiException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Compares rows with records. */
final class WriteBackPlanner {
  private static final int LOOKED_UP = 500;

  private final WriteJob job;
  private final RecordTarget target;
  private final Set<String> earlier;

  /**
   * A planner.
   *
   * @param earlier keys of records that this job is known to have made
   */
  WriteBackPlanner(WriteJob job, RecordTarget target, Set<String> earlier) {
    this.job = job;
    this.target = target;
    this.earlier = Set.copyOf(earlier);
  }

  WriteBackPlan plan(List<Map<String, @Nullable Object>> rows) {
    Set<String> fields = new TreeSet<>(job.mapping().keySet());
    List<String> notes = target.require(job.model(), fields);
    Map<String, Map<String, @Nullable Object>> wanted = wanted(rows);
    Map<String, Found> found = found(wanted, fields);
    List<WriteItem> items = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    int unchanged = 0;
    for (Map.Entry<String, Map<String, @Nullable Object>> row : wanted.entrySet()) {
      Map<String, @Nullable Object> after = target.normal(job.model(), row.getValue());
      Found record = found.get(row.getKey());
      String key = job.recordKey(row.getKey());
      if (record == null && !job.creates()) {
        missing.add(row.getKey());
      } else if (record == null) {
        items.add(item(items.size() + 1, key, null, null, after));
      } else if (record.values().equals(after)) {
        unchanged++;
      } else {
        Map<String, @Nullable Object> before = new LinkedHashMap<>();
        Map<String, @Nullable Object> changed = new LinkedHashMap<>();
        after.forEach(
            (field, value) -> {
              if (!java.util.Objects.equals(record.values().get(field), value)) {
                before.put(field, record.values().get(field));
                changed.put(field, value);
              }
            });
        items.add(item(items.size() + 1, key, record.id(), before, changed));
      }
    }
    return new WriteBackPlan(UUID.randomUUID(), items, unchanged, missing, notes);
  }

  private static WriteItem item(
      int seq,
      String key,
      @Nullable Long id,
      @Nullable Map<String, @Nullable Object> before,
      Map<String, @Nullable Object> after) {
    return new WriteItem(seq, key, id == null, id, before, after, null, Status.PLANNED, 0, "");
  }

  /** Values of the fields, by the row's key. */
  private Map<String, Map<String, @Nullable Object>> wanted(
      List<Map<String, @Nullable Object>> rows) {
    Map<String, Map<String, @Nullable Object>> wanted = new TreeMap<>();
    for (Map<String, @Nullable Object> row : rows) {
      Object key = row.get(job.key());
      if (key == null || key.toString().isEmpty()) {
        throw wrong("a row has no " + job.key());
      }
      Map<String, @Nullable Object> values = new LinkedHashMap<>();
      new TreeMap<>(job.mapping())
          .forEach(
              (field, column) -> {
                if (!row.containsKey(column)) {
                  throw wrong("the query has no column " + column);
                }
                values.put(field, row.get(column));
              });
      if (wanted.put(key.toString(), values) != null) {
        throw wrong("several rows have the same " + job.key());
      }
    }
    return wanted;
  }

  private IpaiException wrong(String why) {
    return new IpaiException(
            WriteBackErrors.JOB, "write-back job %s is wrong: %s".formatted(job.name(), why))
        .hint("mend the query: one row a record, its key never null");
  }

  private void find(
      List<String> keys, UnaryOperator<String> name, Set<String> fields, Map<String, Found> found) {
    Map<String, Found> made =
        target.findByKey(job.model(), keys.stream().map(name).toList(), fields);
    for (String key : keys) {
      Found record = made.get(name.apply(key));
      if (record != null) {
        found.put(key, record);
      }
    }
  }

  private Map<String, Found> found(
      Map<String, Map<String, @Nullable Object>> wanted, Set<String> fields) {
    Map<String, Found> found = new LinkedHashMap<>();
    List<String> keys = List.copyOf(wanted.keySet());
    for (int from = 0; from < keys.size(); from += LOOKED_UP) {
      List<String> some = keys.subList(from, Math.min(keys.size(), from + LOOKED_UP));
      find(some, job::recordKey, fields, found);
      List<String> old =
          some.stream()
              .filter(key -> !found.containsKey(key) && earlier.contains(job.earlierKey(key)))
              .toList();
      if (!old.isEmpty()) {
        find(old, job::earlierKey, fields, found);
      }
    }
    String match = job.match();
    if (match != null) {
      for (String key : keys) {
        if (!found.containsKey(key)) {
          Optional<Found> record = target.findByValue(job.model(), match, key, fields);
          record.ifPresent(it -> found.put(key, it));
        }
      }
    }
    return found;
  }
}
