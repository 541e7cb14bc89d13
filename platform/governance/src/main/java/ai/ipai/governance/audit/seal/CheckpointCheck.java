package ai.ipai.governance.audit.seal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Compares the chain with the checkpoints that were kept outside. */
final class CheckpointCheck {
  private final List<SealPublicKey> keys;
  private final Findings findings;
  private final Map<Long, Seal> seals = new HashMap<>();
  private final List<Seal> inOrder;

  CheckpointCheck(List<SealPublicKey> keys, List<Seal> inOrder, Findings findings) {
    this.keys = keys;
    this.inOrder = inOrder;
    this.findings = findings;
    inOrder.forEach(seal -> seals.put(seal.batch(), seal));
  }

  /** Those that are signed and not made void by a restore; statements of restores are notices. */
  List<Checkpoint> run(List<Checkpoint> checkpoints, List<String> notices) {
    List<Checkpoint> signed = new ArrayList<>();
    for (Checkpoint checkpoint : checkpoints) {
      if (checkpoint.isSignedBy(keys)) {
        signed.add(checkpoint);
      } else {
        findings.add(
            AuditFinding.Kind.CHECKPOINT_FORGED,
            checkpoint.lastId(),
            checkpoint.batch(),
            "the checkpoint of batch " + checkpoint.batch() + " is not signed by a known key");
      }
    }
    List<Checkpoint> restores = signed.stream().filter(Checkpoint::isRestore).toList();
    List<Checkpoint> valid =
        signed.stream().filter(c -> restores.stream().noneMatch(c::isVoidBy)).toList();
    restores.forEach(restore -> notices.add(notice(restore)));
    valid.forEach(checkpoint -> compare(checkpoint, valid));
    return valid;
  }

  private static String notice(Checkpoint restore) {
    return "At "
        + restore.at()
        + " the database was restored on purpose to batch "
        + restore.batch()
        + "; what was sealed after it, up to batch "
        + restore.restoredOver()
        + ", was given up.";
  }

  private void compare(Checkpoint checkpoint, List<Checkpoint> all) {
    if (checkpoint.batch() == 0) {
      return;
    }
    Optional<Seal> seal = Optional.ofNullable(seals.get(checkpoint.batch()));
    if (seal.isEmpty()) {
      long lastId = inOrder.isEmpty() ? 0 : inOrder.getLast().lastId();
      findings.add(
          AuditFinding.Kind.ROLLED_BACK,
          lastId + 1,
          checkpoint.batch(),
          "the log ends at entry "
              + lastId
              + ", but at "
              + checkpoint.at()
              + " it reached entry "
              + checkpoint.lastId());
    } else if (!Arrays.equals(seal.get().hash(), checkpoint.hash())) {
      findings.add(
          AuditFinding.Kind.FORKED,
          firstDoubtful(checkpoint, all),
          checkpoint.batch(),
          "batch "
              + checkpoint.batch()
              + " is another one than at "
              + checkpoint.at()
              + ", when its checkpoint was taken");
    }
  }

  /** The first entry after the last checkpoint before this one that still holds. */
  private long firstDoubtful(Checkpoint forked, List<Checkpoint> all) {
    long agreed =
        all.stream()
            .filter(c -> c.batch() < forked.batch() && holds(c))
            .mapToLong(Checkpoint::batch)
            .max()
            .orElse(0);
    return inOrder.stream()
        .filter(seal -> seal.batch() > agreed)
        .findFirst()
        .map(Seal::firstId)
        .orElse(1L);
  }

  private boolean holds(Checkpoint checkpoint) {
    Seal seal = seals.get(checkpoint.batch());
    return seal != null && Arrays.equals(seal.hash(), checkpoint.hash());
  }
}
