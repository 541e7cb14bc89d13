package ai.ipai.governance.audit.seal;

import java.util.ArrayList;
import java.util.List;

/** Collects what is found; keeps the first ones by entry and counts the others. */
final class Findings {
  private final List<AuditFinding> kept = new ArrayList<>();
  private long count;

  void add(AuditFinding.Kind kind, long entryId, long batch, String text) {
    count++;
    kept.add(new AuditFinding(kind, entryId, batch, text));
    if (kept.size() > 2 * AuditReport.MAX_FINDINGS) {
      kept.sort(AuditFinding.BY_ENTRY);
      kept.subList(AuditReport.MAX_FINDINGS, kept.size()).clear();
    }
  }

  long count() {
    return count;
  }

  List<AuditFinding> sorted() {
    return kept.stream().sorted(AuditFinding.BY_ENTRY).limit(AuditReport.MAX_FINDINGS).toList();
  }
}
