package ai.ipai.governance.audit.seal;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code ipai.audit_log} as it is hashed.
 *
 * @param atMicros since 1970
 * @param details the text of the jsonb, as PostgreSQL prints it
 */
public record AuditRow(
    long id,
    long atMicros,
    long xid,
    String writtenBy,
    @Nullable String requestId,
    String principal,
    @Nullable String actingRole,
    @Nullable String onBehalfOf,
    String action,
    @Nullable String object,
    String decision,
    String reason,
    @Nullable Long rowCount,
    @Nullable Long durationMicros,
    @Nullable String clientAddress,
    @Nullable String details) {
  static final String COLUMNS =
      "id, (extract(epoch from at) * 1000000)::bigint as at_us, xid, written_by::text, request_id,"
          + " principal, acting_role, on_behalf_of, action, object, decision, reason, row_count,"
          + " duration_us, client_address, details::text";

  static AuditRow of(ResultSet row) throws SQLException {
    return new AuditRow(
        row.getLong(1),
        row.getLong(2),
        row.getLong(3),
        row.getString(4),
        row.getString(5),
        row.getString(6),
        row.getString(7),
        row.getString(8),
        row.getString(9),
        row.getString(10),
        row.getString(11),
        row.getString(12),
        row.getObject(13, Long.class),
        row.getObject(14, Long.class),
        row.getString(15),
        row.getString(16));
  }

  byte[] leafHash() {
    return MerkleTree.leaf(
        new CanonicalBytes()
            .text("ipai audit entry v1")
            .number(id)
            .number(atMicros)
            .number(xid)
            .text(writtenBy)
            .text(requestId)
            .text(principal)
            .text(actingRole)
            .text(onBehalfOf)
            .text(action)
            .text(object)
            .text(decision)
            .text(reason)
            .number(rowCount)
            .number(durationMicros)
            .text(clientAddress)
            .text(details)
            .toBytes());
  }
}
