package ai.ipai.governance.audit.seal;

import java.util.Comparator;

/**
 * One thing that is not as it was written.
 *
 * @param entryId the entry, or the first of several, that is not to be trusted
 * @param batch the seal that tells; 0 where a checkpoint alone does
 */
public record AuditFinding(Kind kind, long entryId, long batch, String text) {
  static final Comparator<AuditFinding> BY_ENTRY =
      Comparator.comparingLong(AuditFinding::entryId)
          .thenComparing(AuditFinding::kind)
          .thenComparingLong(AuditFinding::batch);

  /** What was done; of several at one entry the first of these is the one to look at. */
  public enum Kind {
    /** A seal is missing, or does not follow the one before. */
    CHAIN_BROKEN,
    /** A seal is not what was signed. */
    SEAL_CHANGED,
    /** The chain is another one than the checkpoint was taken of. */
    FORKED,
    /** The log ends before the checkpoint: truncated, or the database was rolled back. */
    ROLLED_BACK,
    /** A checkpoint is not signed by a known key. */
    CHECKPOINT_FORGED,
    /** A sealed entry is gone. */
    REMOVED,
    /** A sealed entry is not what was sealed. */
    CHANGED,
    /** An entry stands among sealed ones that is in no seal. */
    INSERTED
  }
}
