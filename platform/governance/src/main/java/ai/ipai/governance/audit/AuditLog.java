package ai.ipai.governance.audit;

import ai.ipai.governance.vault.SecretScrubber;
import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Records what was decided. A write, an administrative act or an agent's call is recorded in its
 * own transaction, so that neither exists without the other. Known secrets are scrubbed from every
 * text. Safe for threads.
 */
public final class AuditLog {
  private final AuditReads reads;
  private final SecretScrubber scrubber;

  public AuditLog(AuditReads reads, SecretScrubber scrubber) {
    this.reads = reads;
    this.scrubber = scrubber;
  }

  /**
   * Inserts the entry into the open transaction, whatever role it runs as; the role is the same
   * afterwards. One round trip. The login is {@code ipai_server}, {@code ipai_loader} or {@code
   * ipai_publisher}. If it fails, the transaction is aborted and the action with it: roll back.
   *
   * @throws IpaiException {@code AUD-001}
   */
  public void record(Connection inOpenTx, AuditEntry entry) {
    try {
      if (inOpenTx.getAutoCommit()) {
        throw new IllegalStateException("an audit entry needs the transaction of its action");
      }
      AuditStore.insert(inOpenTx, entry.mapTexts(scrubber::scrub));
    } catch (SQLException failure) {
      throw AuditReads.unwritable(failure);
    }
  }

  /**
   * Records a denial, or a failure, durably although the work itself rolled back. Blocks until it
   * is on disk, as {@link AuditReads#await}.
   */
  public void denied(AuditEntry entry) {
    reads.await(entry);
  }
}
