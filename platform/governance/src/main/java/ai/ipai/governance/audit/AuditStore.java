package ai.ipai.governance.audit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Owns the inserts into {@code ipai.audit_log}. Statements run in the caller's transaction. */
final class AuditStore {
  private static final String COLUMNS =
      "(request_id, principal, acting_role, on_behalf_of, action, object, decision, reason,"
          + " row_count, duration_us, client_address, details)";

  /**
   * Only {@code ipai_server} has to switch: it has no power by itself. Whatever role the
   * transaction runs as comes back afterwards. All in one flight.
   */
  private static final String RECORD =
      """
      select set_config('ipai.audit_before', current_setting('role'), true),
             set_config('role', case session_user when 'ipai_server' then 'ipai_control'
                                else current_setting('role') end, true);
      insert into ipai.audit_log %s values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb);
      select set_config('role', current_setting('ipai.audit_before'), true)
      """
          .formatted(COLUMNS);

  /**
   * A transaction of its own when the connection is in autocommit: the three statements before one
   * Sync commit together. A server that is set to lose commits is told not to lose these. Nothing
   * stays in the session, which behind a pooler is somebody else's next.
   *
   * <p>The arrays, all of one length, stand in the select list: there rows pass through one by one,
   * while in FROM each array would first become a tuple store of its own.
   */
  private static final String RECORD_BATCH =
      """
      select set_config('role', case session_user when 'ipai_server' then 'ipai_control'
                                else current_setting('role') end, true),
             set_config('statement_timeout', '10000', true),
             set_config('synchronous_commit', case current_setting('synchronous_commit')
                 when 'off' then 'on' else current_setting('synchronous_commit') end, true);
      insert into ipai.audit_log %s
      select unnest(?::text[]), unnest(?::text[]), unnest(?::text[]), unnest(?::text[]),
             unnest(?::text[]), unnest(?::text[]), unnest(?::text[]), unnest(?::text[]),
             unnest(?::bigint[]), unnest(?::bigint[]), unnest(?::text[]), unnest(?::text[])::jsonb
      """
          .formatted(COLUMNS);

  private AuditStore() {}

  static void insert(Connection inOpenTx, AuditEntry entry) throws SQLException {
    try (PreparedStatement statement = inOpenTx.prepareStatement(RECORD)) {
      statement.setString(1, AuditText.orNull(entry.requestId()));
      statement.setString(2, entry.principal());
      statement.setString(3, AuditText.orNull(entry.actingRole()));
      statement.setString(4, AuditText.orNull(entry.onBehalfOf()));
      statement.setString(5, entry.action());
      statement.setString(6, AuditText.orNull(entry.object()));
      statement.setString(7, entry.decision().text());
      statement.setString(8, entry.reason());
      statement.setObject(9, entry.rowCount(), Types.BIGINT);
      statement.setObject(10, entry.durationMicros(), Types.BIGINT);
      statement.setString(11, AuditText.orNull(entry.clientAddress()));
      statement.setString(12, AuditText.json(entry.details()));
      statement.execute();
    }
  }

  /**
   * One transaction for all of them, in one flight; returns once it is durable. Where it fails with
   * the connection, nobody knows whether it was.
   */
  static void insertAndCommit(Connection autocommit, List<AuditEntry> entries) throws SQLException {
    try (PreparedStatement statement = autocommit.prepareStatement(RECORD_BATCH)) {
      text(statement, 1, entries, e -> AuditText.orNull(e.requestId()));
      text(statement, 2, entries, AuditEntry::principal);
      text(statement, 3, entries, e -> AuditText.orNull(e.actingRole()));
      text(statement, 4, entries, e -> AuditText.orNull(e.onBehalfOf()));
      text(statement, 5, entries, AuditEntry::action);
      text(statement, 6, entries, e -> AuditText.orNull(e.object()));
      text(statement, 7, entries, e -> e.decision().text());
      text(statement, 8, entries, AuditEntry::reason);
      numbers(statement, 9, entries, AuditEntry::rowCount);
      numbers(statement, 10, entries, AuditEntry::durationMicros);
      text(statement, 11, entries, e -> AuditText.orNull(e.clientAddress()));
      text(statement, 12, entries, e -> AuditText.json(e.details()));
      statement.execute();
    }
  }

  private static void text(
      PreparedStatement statement,
      int index,
      List<AuditEntry> entries,
      Function<AuditEntry, @Nullable String> field)
      throws SQLException {
    array(statement, index, "text", entries.stream().map(field).toArray(String[]::new));
  }

  private static void numbers(
      PreparedStatement statement,
      int index,
      List<AuditEntry> entries,
      Function<AuditEntry, @Nullable Long> field)
      throws SQLException {
    array(statement, index, "bigint", entries.stream().map(field).toArray(Long[]::new));
  }

  /** An absent array gives no rows, which beside the others makes a null in each row. */
  private static void array(
      PreparedStatement statement, int index, String type, @Nullable Object[] values)
      throws SQLException {
    if (Arrays.stream(values).allMatch(Objects::isNull)) {
      statement.setNull(index, Types.ARRAY, "_" + type);
    } else {
      statement.setArray(index, statement.getConnection().createArrayOf(type, values));
    }
  }
}
