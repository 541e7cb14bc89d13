package ai.ipai.ingest.run;

import ai.ipai.governance.audit.AuditEntry;
import java.sql.Connection;

/** Records an entry in the open transaction: {@code AuditLog::record}. */
@FunctionalInterface
public interface RunAudit {
  void record(Connection inOpenTx, AuditEntry entry);
}
