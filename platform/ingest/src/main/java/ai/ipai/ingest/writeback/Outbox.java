package ai.ipai.ingest.writeback;

import ai.ipai.ingest.writeback.Steps.Step;
import ai.ipai.ingest.writeback.WriteItem.Status;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.RecordTarget;
import ai.ipai.spi.connector.RecordTarget.Found;
import ai.ipai.spi.connector.RecordTarget.Wanted;
import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Sends items. Before each call they are marked as sending, and that is committed; after it the
 * outcome is stored together with its audit entry. Whatever comes between, the next apply finds
 * them marked and looks the records up first: what is there is not sent again.
 */
final class Outbox {
  private static final int ATTEMPTS = 3;

  private final Connection connection;
  private final UUID id;
  private final WriteJob job;
  private final RecordTarget target;
  private final Steps steps;
  private final Recorder recorder;

  /** Records an entry in the open transaction. */
  interface Recorder {
    void record(
        Connection connection, WriteJob job, UUID id, String action, String principal, int rows);
  }

  Outbox(
      Connection connection,
      UUID id,
      WriteJob job,
      RecordTarget target,
      Steps steps,
      Recorder recorder) {
    this.connection = connection;
    this.id = id;
    this.job = job;
    this.target = target;
    this.steps = steps;
    this.recorder = recorder;
  }

  void send(String principal) throws SQLException {
    // What was allowed when it was planned may not be any more.
    target.require(job.model(), new TreeSet<>(job.mapping().keySet()));
    List<WriteItem> open = WriteBackStore.items(connection, id, Status.PLANNED, Status.SENDING);
    List<WriteItem> made = open.stream().filter(WriteItem::creates).toList();
    for (int from = 0; from < made.size(); from += job.batch()) {
      create(made.subList(from, Math.min(made.size(), from + job.batch())), principal);
    }
    for (WriteItem item : open) {
      if (!item.creates()) {
        update(item, principal);
      }
    }
  }

  private void mark(List<WriteItem> items, Status status) throws SQLException {
    WriteBackStore.mark(connection, id, items, status);
    connection.commit();
    steps.reached(Step.MARKED);
  }

  private void create(List<WriteItem> items, String principal) throws SQLException {
    mark(items, Status.SENDING);
    Set<String> fields = new TreeSet<>(job.mapping().keySet());
    List<WriteItem> mine =
        withoutForeign(items, target.findByKey(job.model(), keys(items), fields));
    for (int attempt = 1; ; attempt++) {
      Map<String, Found> there = target.findByKey(job.model(), keys(mine), fields);
      steps.reached(Step.LOOKED_UP);
      List<WriteItem> absent =
          mine.stream().filter(item -> !there.containsKey(item.key())).toList();
      try {
        if (!absent.isEmpty()) {
          target.create(
              job.model(),
              absent.stream().map(item -> new Wanted(item.key(), item.after())).toList());
          steps.reached(Step.CALLED);
        }
        Map<String, Found> now = target.findByKey(job.model(), keys(mine), fields);
        steps.reached(Step.VERIFIED);
        storeCreated(mine, now, principal);
        return;
      } catch (IpaiException e) {
        if (isUnknown(e) && attempt < ATTEMPTS) {
          continue;
        }
        if (isUnknown(e) || !isOfTheRecord(e)) {
          throw e;
        }
        bisect(mine, e, principal);
        return;
      }
    }
  }

  private static List<String> keys(List<WriteItem> items) {
    return items.stream().map(WriteItem::key).toList();
  }

  /** Before the first call for an item, nothing of ours can be there. */
  private List<WriteItem> withoutForeign(List<WriteItem> items, Map<String, Found> there)
      throws SQLException {
    List<WriteItem> mine = new ArrayList<>();
    for (WriteItem item : items) {
      Found record = there.get(item.key());
      if (record == null || item.attempts() > 0) {
        mine.add(item);
      } else {
        WriteBackStore.store(
            connection,
            id,
            item.seq(),
            Status.CONFLICT,
            null,
            null,
            "a record with this key was made since the plan");
      }
    }
    connection.commit();
    return mine;
  }

  private void storeCreated(List<WriteItem> items, Map<String, Found> now, String principal)
      throws SQLException {
    for (WriteItem item : items) {
      Found record = now.get(item.key());
      if (record == null) {
        WriteBackStore.store(
            connection,
            id,
            item.seq(),
            Status.FAILED,
            null,
            null,
            "it is not there after the call");
      } else {
        end(item, record);
      }
    }
    recorder.record(connection, job, id, "record.create", principal, items.size());
    connection.commit();
    steps.reached(Step.STORED);
  }

  /** All or none were made: halves find out which record it was. */
  private void bisect(List<WriteItem> items, IpaiException e, String principal)
      throws SQLException {
    if (items.size() > 1) {
      int middle = items.size() / 2;
      create(again(items.subList(0, middle)), principal);
      create(again(items.subList(middle, items.size())), principal);
      return;
    }
    fail(items.getFirst(), e, "record.create", principal);
  }

  /** What was marked by now may be ours. */
  private static List<WriteItem> again(List<WriteItem> items) {
    return items.stream()
        .map(
            item ->
                new WriteItem(
                    item.seq(),
                    item.key(),
                    item.creates(),
                    item.recordId(),
                    item.before(),
                    item.after(),
                    item.readBack(),
                    Status.SENDING,
                    item.attempts() + 1,
                    ""))
        .toList();
  }

  private void fail(WriteItem item, IpaiException e, String action, String principal)
      throws SQLException {
    WriteBackStore.store(
        connection,
        id,
        item.seq(),
        Status.FAILED,
        null,
        null,
        e.code().id() + " " + e.getMessage());
    recorder.record(connection, job, id, action + "_refused", principal, 1);
    connection.commit();
    steps.reached(Step.STORED);
  }

  private void end(WriteItem item, Found record) throws SQLException {
    Map<String, @Nullable Object> read = new LinkedHashMap<>();
    item.after().keySet().forEach(field -> read.put(field, record.values().get(field)));
    boolean same = same(item.after(), record);
    WriteBackStore.store(
        connection,
        id,
        item.seq(),
        same ? Status.DONE : Status.DIFFERS,
        record.id(),
        read,
        same ? null : "the source keeps it otherwise: " + different(item.after(), record));
  }

  /** Through the target's own eyes, since stored JSON does not know 1 from 1.0. */
  private boolean same(Map<String, @Nullable Object> values, Found record) {
    return different(values, record).isEmpty();
  }

  private String different(Map<String, @Nullable Object> values, Found record) {
    List<String> names = new ArrayList<>();
    target
        .normal(job.model(), values)
        .forEach(
            (field, value) -> {
              if (!Objects.equals(record.values().get(field), value)) {
                names.add(field);
              }
            });
    return String.join(", ", names);
  }

  /** By its key where the answer to the call that was to make it is lost. */
  private @Nullable Found made(WriteItem item) {
    return item.recordId() != null
        ? now(item)
        : target.findByKey(job.model(), List.of(item.key()), item.fields()).get(item.key());
  }

  private @Nullable Found now(WriteItem item) {
    long record = Objects.requireNonNull(item.recordId());
    return target.findById(job.model(), List.of(record), item.fields()).get(record);
  }

  private void update(WriteItem item, String principal) throws SQLException {
    change(
        item,
        Objects.requireNonNull(item.before()),
        item.after(),
        Status.SENDING,
        Status.CONFLICT,
        "record.update",
        principal);
  }

  /** From one state to another, only if it is in the first; in the other already, it is done. */
  private void change(
      WriteItem item,
      Map<String, @Nullable Object> from,
      Map<String, @Nullable Object> to,
      Status marked,
      Status conflict,
      String action,
      String principal)
      throws SQLException {
    mark(List.of(item), marked);
    for (int attempt = 1; ; attempt++) {
      Found record = now(item);
      steps.reached(Step.LOOKED_UP);
      if (record == null || (!same(to, record) && !same(from, record))) {
        conflict(item, conflict, reason(record, from, item.attempts() > 0 || attempt > 1));
        return;
      }
      boolean sends = same(from, record);
      try {
        if (sends) {
          target.update(job.model(), record.id(), to);
          steps.reached(Step.CALLED);
        }
        Found after = Objects.requireNonNull(now(item));
        steps.reached(Step.VERIFIED);
        if (marked == Status.UNDOING) {
          WriteBackStore.store(connection, id, item.seq(), Status.UNDONE, null, null, null);
        } else {
          end(item, after);
        }
        recorder.record(connection, job, id, action, principal, 1);
        connection.commit();
        steps.reached(Step.STORED);
        return;
      } catch (IpaiException e) {
        if (isUnknown(e) && attempt < ATTEMPTS) {
          continue;
        }
        if (isUnknown(e) || !isOfTheRecord(e)) {
          throw e;
        }
        fail(item, e, action, principal);
        return;
      }
    }
  }

  private String reason(
      @Nullable Found record, Map<String, @Nullable Object> from, boolean mayBeSent) {
    if (record == null) {
      return "it was deleted";
    }
    return (mayBeSent ? "neither as before nor as sent, look at it: " : "somebody changed it: ")
        + different(from, record);
  }

  private void conflict(WriteItem item, Status status, String why) throws SQLException {
    WriteBackStore.store(connection, id, item.seq(), status, null, null, why);
    connection.commit();
    steps.reached(Step.STORED);
  }

  /**
   * Also of an apply that stopped midway: what was not sent is not sent any more, and what may have
   * been sent is looked up.
   */
  void undo(String principal) throws SQLException {
    for (WriteItem item : WriteBackStore.items(connection, id, Status.PLANNED)) {
      WriteBackStore.store(connection, id, item.seq(), Status.UNDONE, null, null, null);
    }
    connection.commit();
    List<WriteItem> done =
        WriteBackStore.items(
            connection,
            id,
            Status.DONE,
            Status.DIFFERS,
            Status.SENDING,
            Status.UNDOING,
            Status.UNDO_CONFLICT);
    for (WriteItem item : done.reversed()) {
      Map<String, @Nullable Object> read =
          Objects.requireNonNullElse(item.readBack(), item.after());
      WriteItem fresh = item.status() == Status.UNDOING ? item : unsent(item);
      if (item.creates()) {
        delete(fresh, read, principal);
      } else {
        change(
            fresh,
            read,
            Objects.requireNonNull(item.before()),
            Status.UNDOING,
            Status.UNDO_CONFLICT,
            "record.restore",
            principal);
      }
    }
  }

  private static WriteItem unsent(WriteItem item) {
    return new WriteItem(
        item.seq(),
        item.key(),
        item.creates(),
        item.recordId(),
        item.before(),
        item.after(),
        item.readBack(),
        item.status(),
        0,
        "");
  }

  private void delete(WriteItem item, Map<String, @Nullable Object> read, String principal)
      throws SQLException {
    mark(List.of(item), Status.UNDOING);
    Found record = made(item);
    steps.reached(Step.LOOKED_UP);
    if (record != null && !same(read, record)) {
      conflict(item, Status.UNDO_CONFLICT, "somebody changed it: " + different(read, record));
      return;
    }
    try {
      if (record != null) {
        target.delete(job.model(), record.id());
        steps.reached(Step.CALLED);
      }
    } catch (IpaiException e) {
      if (isUnknown(e) || !isOfTheRecord(e)) {
        throw e;
      }
      conflict(item, Status.UNDO_CONFLICT, e.code().id() + " " + e.getMessage());
      return;
    }
    WriteBackStore.store(connection, id, item.seq(), Status.UNDONE, null, null, null);
    recorder.record(connection, job, id, "record.delete", principal, 1);
    connection.commit();
    steps.reached(Step.STORED);
  }

  private static boolean isUnknown(IpaiException e) {
    return e.code().equals(ConnectorErrors.OUTCOME_UNKNOWN);
  }

  /** Whether another record may fare better; otherwise going on would only repeat it. */
  private static boolean isOfTheRecord(IpaiException e) {
    return e.code().equals(ConnectorErrors.TARGET_REFUSED)
        || e.code().equals(ConnectorErrors.SOURCE_FAILED)
        || e.code().equals(ConnectorErrors.FORBIDDEN);
  }
}
