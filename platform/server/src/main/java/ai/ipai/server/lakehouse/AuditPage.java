package ai.ipai.server.lakehouse;

import ai.ipai.console.view.AuditLine;
import ai.ipai.console.view.AuditQuestion;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The audit log as the caller may read it: row security lets auditors and admins through. */
final class AuditPage {
  private static final int LINES = 100;

  private AuditPage() {}

  static List<AuditLine> read(Connection connection, AuditQuestion question) throws SQLException {
    List<AuditLine> lines = new ArrayList<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            select id, at, principal, acting_role, action, object, decision, reason, row_count,
              request_id
            from ipai.audit_log
            where (?::text is null or strpos(principal, ?) > 0)
              and (?::text is null or strpos(action, ?) > 0)
              and (?::text is null or strpos(object, ?) > 0)
              and (?::text is null or decision = ?)
              and (?::bigint is null or id < ?)
            order by id desc limit ?
            """)) {
      int index = 1;
      for (Optional<String> text :
          List.of(
              question.principal(), question.action(), question.object(), question.decision())) {
        statement.setString(index++, text.orElse(null));
        statement.setString(index++, text.orElse(null));
      }
      statement.setObject(index++, question.beforeId().orElse(null), java.sql.Types.BIGINT);
      statement.setObject(index++, question.beforeId().orElse(null), java.sql.Types.BIGINT);
      statement.setInt(index, LINES);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          lines.add(line(row));
        }
      }
    }
    return lines;
  }

  private static AuditLine line(ResultSet row) throws SQLException {
    return new AuditLine(
        row.getLong(1),
        row.getTimestamp(2).toInstant(),
        text(row.getString(3)),
        text(row.getString(3)),
        text(row.getString(4)),
        text(row.getString(5)),
        text(row.getString(6)),
        text(row.getString(7)),
        text(row.getString(8)),
        Optional.ofNullable(row.getObject(9, Long.class)),
        text(row.getString(10)));
  }

  private static String text(@Nullable String value) {
    return Objects.requireNonNullElse(value, "");
  }
}
