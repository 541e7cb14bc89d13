package ai.ipai.gateway.rest.answer;

import ai.ipai.postgres.caller.CallerQuery;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What the statement of a request gave.
 *
 * @param total rows that there are; empty where nobody counted
 * @param page rows of this answer
 * @param location {@code column=eq.value} of a row that was inserted
 * @param headers JSON that a function has set
 * @param status that a function has set
 * @param inserted rows that were new; empty where an upsert had no rows at all
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record ResultRow(
    OptionalLong total,
    long page,
    List<String> location,
    byte[] body,
    Optional<String> headers,
    Optional<String> status,
    OptionalLong inserted) {
  public ResultRow {
    location = List.copyOf(location);
  }

  /** Reads the only row. */
  public static ResultRow read(ResultSet row, boolean hasLocation) throws SQLException {
    if (!row.next()) {
      return new ResultRow(
          OptionalLong.empty(),
          0,
          List.of(),
          new byte[0],
          Optional.empty(),
          Optional.empty(),
          OptionalLong.empty());
    }
    byte[] body = row.getBytes("body");
    return new ResultRow(
        number(row.getString("total_result_set")),
        row.getLong("page_total"),
        hasLocation ? List.of((String[]) row.getArray("header").getArray()) : List.of(),
        body == null ? new byte[0] : body,
        Optional.ofNullable(row.getString("response_headers")),
        Optional.ofNullable(row.getString("response_status")),
        inserted(row.getString("response_inserted")));
  }

  /** The row of a read, which neither inserts nor locates anything; columns are in order. */
  public static ResultRow ofRead(CallerQuery.Row row) {
    byte[] body = row.bytes(3);
    return new ResultRow(
        number(row.text(1)),
        Long.parseLong(Objects.requireNonNull(row.text(2))),
        List.of(),
        body == null ? new byte[0] : body,
        Optional.ofNullable(row.text(4)),
        Optional.ofNullable(row.text(5)),
        OptionalLong.of(0));
  }

  private static OptionalLong number(@Nullable String text) {
    return text == null || text.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(Long.parseLong(text));
  }

  /** Nobody counted: 0. Somebody would have, but there was nothing: empty. */
  private static OptionalLong inserted(@Nullable String text) {
    return text != null && text.isEmpty() ? OptionalLong.of(0) : number(text);
  }

  public ResultRow withTotal(OptionalLong newTotal) {
    return new ResultRow(newTotal, page, location, body, headers, status, inserted);
  }
}
