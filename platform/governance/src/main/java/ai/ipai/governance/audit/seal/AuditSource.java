package ai.ipai.governance.audit.seal;

import java.util.function.Consumer;

/** What a verifier reads: a database, or an export of one. Used by one thread. */
public interface AuditSource {
  /** Every seal, by batch, ascending. */
  void forEachSeal(Consumer<Seal> action);

  /** The ids and leaf hashes of a batch; empty ones if it is not there. */
  Seal.Body body(long batch);

  /** Every row of the log, by id, ascending. */
  void forEachRow(Consumer<AuditRow> action);
}
