package ai.ipai.governance.audit.seal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Checks each seal by itself, and that each follows the one before. Fed in the order of batches.
 */
final class ChainCheck {
  private final List<SealPublicKey> keys;
  private final Findings findings;
  private final List<Seal> seals = new ArrayList<>();
  private final Map<Integer, Era> eras = new TreeMap<>();

  /** What the seals of one numbering of transactions cover. */
  private record Era(long floorId, Snapshot seen) {}

  ChainCheck(List<SealPublicKey> keys, Findings findings) {
    this.keys = keys;
    this.findings = findings;
  }

  void accept(Seal seal) {
    checkPlace(seal);
    checkSelf(seal);
    eras.put(seal.era(), new Era(seal.floorId(), seal.snapshot()));
    seals.add(seal);
  }

  private void checkPlace(Seal seal) {
    long expected = seals.isEmpty() ? 1 : seals.getLast().batch() + 1;
    byte[] previous = seals.isEmpty() ? Seal.GENESIS : seals.getLast().hash();
    if (seal.batch() != expected) {
      long lost = seals.isEmpty() ? 1 : seals.getLast().lastId() + 1;
      findings.add(
          AuditFinding.Kind.CHAIN_BROKEN,
          lost,
          expected,
          "seals " + expected + " to " + (seal.batch() - 1) + " are missing");
    } else if (!Arrays.equals(previous, seal.previousHash())) {
      findings.add(
          AuditFinding.Kind.CHAIN_BROKEN,
          seal.firstId(),
          seal.batch(),
          "seal " + seal.batch() + " does not follow the seal before it");
    }
  }

  private void checkSelf(Seal seal) {
    boolean hashHolds = Arrays.equals(seal.hash(), seal.recomputedHash());
    byte[] message = Seal.signedMessage(seal.hash());
    boolean signed =
        keys.stream()
            .anyMatch(
                key -> key.id().equals(seal.keyId()) && key.verifies(message, seal.signature()));
    if (!hashHolds || !signed) {
      String fault =
          hashHolds ? "is not signed by a known key" : "does not have the hash it states";
      findings.add(
          AuditFinding.Kind.SEAL_CHANGED,
          seal.firstId(),
          seal.batch(),
          "seal " + seal.batch() + " " + fault + " (entries " + range(seal) + ")");
    }
  }

  /** Whether the ids are those that were sealed; the hashes may still not be. */
  boolean idsHold(Seal seal, Seal.Body body) {
    return body.ids().length == seal.rowCount()
        && seal.rowCount() > 0
        && Arrays.equals(Seal.Body.idsHash(body.ids()), seal.idsHash());
  }

  /** Whether the leaf hashes are those that the root was made of. */
  boolean leavesHold(Seal seal, Seal.Body body) {
    boolean hold =
        body.leaves().length == seal.rowCount() * MerkleTree.HASH_BYTES
            && Arrays.equals(MerkleTree.root(body.leaves()), seal.merkleRoot());
    if (!hold) {
      findings.add(
          AuditFinding.Kind.SEAL_CHANGED,
          seal.firstId(),
          seal.batch(),
          "the leaf hashes of seal "
              + seal.batch()
              + " do not make its root (entries "
              + range(seal)
              + ")");
    }
    return hold;
  }

  private static String range(Seal seal) {
    return seal.firstId() + " to " + seal.lastId();
  }

  List<Seal> seals() {
    return seals;
  }

  /** Whether a row must be in a seal, by the transaction that wrote it. */
  boolean isCovered(AuditRow row) {
    Era era = null;
    for (Era candidate : eras.values()) {
      if (row.id() > candidate.floorId()) {
        era = candidate;
      }
    }
    return era != null && era.seen().sees(row.xid());
  }
}
