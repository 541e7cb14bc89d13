package ai.ipai.governance.audit.seal;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Compares the rows with what was sealed, in one pass over the ids. Batches overlap, since a
 * transaction may commit after a younger one was sealed: those whose ids have been reached are open
 * at the same time, so the memory needed is that of the overlap.
 */
final class RowCheck {
  private final AuditSource source;
  private final ChainCheck chain;
  private final Findings findings;
  private final Deque<Seal> waiting;
  private final PriorityQueue<Place> open =
      new PriorityQueue<>(Comparator.comparingLong(Place::id));
  private long rows;
  private long sealed;
  private long unsealed;

  /** Where one batch stands: the next of its ids that has not been met. */
  private record Place(Seal seal, Seal.Body body, boolean leavesHold, int index) {
    long id() {
      return body.ids()[index];
    }

    boolean isLast() {
      return index == body.ids().length - 1;
    }

    Place next() {
      return new Place(seal, body, leavesHold, index + 1);
    }
  }

  RowCheck(AuditSource source, ChainCheck chain, List<Seal> seals, Findings findings) {
    this.source = source;
    this.chain = chain;
    this.findings = findings;
    this.waiting =
        new ArrayDeque<>(seals.stream().sorted(Comparator.comparingLong(Seal::firstId)).toList());
  }

  void run() {
    source.forEachRow(this::accept);
    passBefore(Long.MAX_VALUE);
  }

  private void accept(AuditRow row) {
    rows++;
    passBefore(row.id());
    openUpTo(row.id());
    boolean met = false;
    while (!open.isEmpty() && open.peek().id() == row.id()) {
      met = true;
      compare(row, advance());
    }
    if (met) {
      sealed++;
    } else if (chain.isCovered(row)) {
      findings.add(
          AuditFinding.Kind.INSERTED,
          row.id(),
          0,
          "entry " + row.id() + " stands among sealed entries and was never sealed");
    } else {
      unsealed++;
    }
  }

  private void compare(AuditRow row, Place place) {
    if (place.leavesHold() && !Arrays.equals(row.leafHash(), place.body().leaf(place.index()))) {
      findings.add(
          AuditFinding.Kind.CHANGED,
          row.id(),
          place.seal().batch(),
          "entry " + row.id() + " is not what was sealed");
    }
  }

  private void passBefore(long id) {
    openUpTo(id);
    while (!open.isEmpty() && open.peek().id() < id) {
      Place gone = advance();
      findings.add(
          AuditFinding.Kind.REMOVED,
          gone.id(),
          gone.seal().batch(),
          "entry " + gone.id() + " was sealed and is gone");
      openUpTo(id);
    }
  }

  private void openUpTo(long id) {
    while (!waiting.isEmpty() && waiting.peekFirst().firstId() <= id) {
      Seal seal = waiting.removeFirst();
      Seal.Body body = source.body(seal.batch());
      boolean leavesHold = chain.leavesHold(seal, body);
      if (chain.idsHold(seal, body)) {
        open.add(new Place(seal, body, leavesHold, 0));
      }
    }
  }

  private Place advance() {
    Place place = open.remove();
    if (!place.isLast()) {
      open.add(place.next());
    }
    return place;
  }

  long rows() {
    return rows;
  }

  long sealed() {
    return sealed;
  }

  long unsealed() {
    return unsealed;
  }
}
