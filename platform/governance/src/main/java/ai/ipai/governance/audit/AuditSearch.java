package ai.ipai.governance.audit;

import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * Searches the log, newest first. Row security decides who sees it: run it in the caller's own
 * transaction; whoever is neither auditor nor platform admin finds nothing.
 */
public final class AuditSearch {
  private static final String SELECT =
      "select id, at, written_by::text, request_id, principal, acting_role, on_behalf_of, action,"
          + " object, decision, reason, row_count, duration_us, client_address, details::text"
          + " from ipai.audit_log where true";

  private AuditSearch() {}

  /**
   * One page, by id, descending; the next page is {@code query.beforeId(last.id())}.
   *
   * @throws IpaiException {@code AUD-005}
   */
  public static List<AuditRecord> page(Connection asCaller, AuditQuery query) {
    Conditions conditions = conditions(query);
    String sql = SELECT + conditions.sql() + " order by id desc limit ?";
    return read(asCaller, sql, conditions.values(), query.limit());
  }

  /**
   * What came after an entry, by id, ascending: for following the log. An entry whose transaction
   * commits after a younger one was shown is not shown.
   *
   * @param afterId 0 for the beginning
   * @throws IpaiException {@code AUD-005}
   */
  public static List<AuditRecord> after(Connection asCaller, long afterId, AuditQuery query) {
    Conditions conditions = conditions(query);
    conditions.add(" and id > ?", afterId);
    String sql = SELECT + conditions.sql() + " order by id limit ?";
    return read(asCaller, sql, conditions.values(), query.limit());
  }

  private record Conditions(StringBuilder sql, List<Object> values) {
    void add(String condition, Object value) {
      sql.append(condition);
      values.add(value);
    }

    void match(String column, String pattern) {
      if (pattern.endsWith("*")) {
        add(" and starts_with(" + column + ", ?)", pattern.substring(0, pattern.length() - 1));
      } else {
        add(" and " + column + " = ?", pattern);
      }
    }
  }

  private static Conditions conditions(AuditQuery query) {
    Conditions conditions = new Conditions(new StringBuilder(), new ArrayList<>());
    query.since().ifPresent(at -> conditions.add(" and at >= ?", at.atOffset(ZoneOffset.UTC)));
    query.until().ifPresent(at -> conditions.add(" and at < ?", at.atOffset(ZoneOffset.UTC)));
    query.principal().ifPresent(value -> conditions.match("principal", value));
    query.object().ifPresent(value -> conditions.match("object", value));
    query.action().ifPresent(value -> conditions.match("action", value));
    query.requestId().ifPresent(value -> conditions.match("request_id", value));
    query.decision().ifPresent(value -> conditions.add(" and decision = ?", value.text()));
    query.beforeId().ifPresent(value -> conditions.add(" and id < ?", value));
    return conditions;
  }

  private static List<AuditRecord> read(
      Connection connection, String sql, List<Object> values, int limit) {
    List<AuditRecord> records = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      int index = 1;
      for (Object value : values) {
        statement.setObject(index++, value);
      }
      statement.setInt(index, limit);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          records.add(of(row));
        }
      }
      return records;
    } catch (SQLException failed) {
      throw new IpaiException(AuditErrors.UNREADABLE, "The audit log cannot be read.", failed)
          .fact("sqlstate", String.valueOf(failed.getSQLState()));
    }
  }

  private static AuditRecord of(ResultSet row) throws SQLException {
    return new AuditRecord(
        row.getLong(1),
        row.getObject(2, OffsetDateTime.class).toInstant(),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        row.getString(6),
        row.getString(7),
        row.getString(8),
        row.getString(9),
        Decision.parse(row.getString(10)),
        row.getString(11),
        row.getObject(12, Long.class),
        row.getObject(13, Long.class),
        row.getString(14),
        row.getString(15));
  }
}
