package ai.ipai.governance.audit.seal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a verification found.
 *
 * @param entries read
 * @param sealed of them; the others are younger than the last seal, or their transaction was open
 * @param batches seals read
 * @param checkpoints compared with the chain
 * @param newestCheckpoint how far the proof reaches: what was written after it rests on the
 *     database and the signatures alone
 * @param findings by entry, at most {@value #MAX_FINDINGS}
 * @param findingCount all of them
 * @param notices what a reader should know, although it is no fault
 */
public record AuditReport(
    long entries,
    long sealed,
    long batches,
    int checkpoints,
    Optional<Instant> newestCheckpoint,
    List<AuditFinding> findings,
    long findingCount,
    List<String> notices) {
  static final int MAX_FINDINGS = 1000;

  public AuditReport {
    findings = List.copyOf(findings);
    notices = List.copyOf(notices);
  }

  public boolean isIntact() {
    return findingCount == 0;
  }

  /** The first bad entry. */
  public Optional<AuditFinding> first() {
    return findings.stream().findFirst();
  }
}
