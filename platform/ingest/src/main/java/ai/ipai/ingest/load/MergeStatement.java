package ai.ipai.ingest.load;

import ai.ipai.ingest.table.BronzeColumn;
import ai.ipai.spi.name.SqlText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * From the temporary table to bronze: appended, or merged by key. Of several rows with one key the
 * last counts. A row is written only if its content differs from what is stored, or if it was
 * marked as deleted: reading a row again changes nothing.
 */
final class MergeStatement {
  private MergeStatement() {}

  static LoadCounts run(
      Connection connection, LoadTarget target, String stage, List<BronzeColumn> columns)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql(target, stage, columns))) {
      for (int i = 0; i < 2; i++) {
        statement.setObject(i * 2 + 1, target.run());
        statement.setTimestamp(i * 2 + 2, Timestamp.from(target.at()));
      }
      try (ResultSet counts = statement.executeQuery()) {
        counts.next();
        return new LoadCounts(0, counts.getLong(1), counts.getLong(2), counts.getLong(3), 0, 0);
      }
    }
  }

  /** Adds the staged rows in their order, for tables without a key. */
  static LoadCounts append(
      Connection connection, LoadTarget target, String stage, List<BronzeColumn> columns)
      throws SQLException {
    String names = joined(columns.stream().map(column -> SqlText.identifier(column.name())), ", ");
    String sql =
        """
        insert into %1$s (%2$s, _ipai_rescued, _ipai_run_id, _ipai_loaded_at, _ipai_op)
        select %2$s, _ipai_rescued, ?, ?, _ipai_op from %3$s where _ipai_op <> 'd' order by _ipai_seq
        """
            .formatted(target.table().quoted(), names, stage);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setObject(1, target.run());
      statement.setTimestamp(2, Timestamp.from(target.at()));
      return new LoadCounts(0, statement.executeUpdate(), 0, 0, 0, 0);
    }
  }

  private static String sql(LoadTarget target, String stage, List<BronzeColumn> columns) {
    List<String> names = columns.stream().map(column -> SqlText.identifier(column.name())).toList();
    List<String> key = target.key().stream().map(SqlText::identifier).toList();
    return """
    with latest as (
      select distinct on (%1$s) * from %2$s order by %1$s, _ipai_seq desc
    ), upserted as (
      insert into %3$s as t (%4$s, _ipai_rescued, _ipai_run_id, _ipai_loaded_at, _ipai_op)
      select %4$s, _ipai_rescued, ?, ?, _ipai_op from latest where _ipai_op <> 'd'
      on conflict (%1$s) do update set %5$s,
        _ipai_rescued = excluded._ipai_rescued, _ipai_run_id = excluded._ipai_run_id,
        _ipai_loaded_at = excluded._ipai_loaded_at, _ipai_op = '%6$s'
      where t._ipai_op = 'd' or (%7$s, t._ipai_rescued) is distinct from (%8$s, excluded._ipai_rescued)
      returning t.xmax = 0 as is_new
    ), deleted as (
      update %3$s t set _ipai_op = 'd', _ipai_run_id = ?, _ipai_loaded_at = ?
      from latest l where l._ipai_op = 'd' and t._ipai_op <> 'd' and %9$s
      returning 1
    )
    select count(*) filter (where is_new), count(*) filter (where not is_new),
      (select count(*) from deleted) from upserted
    """
        .formatted(
            String.join(", ", key),
            stage,
            target.table().quoted(),
            String.join(", ", names),
            joined(names.stream().map(name -> name + " = excluded." + name), ", "),
            target.laterOp(),
            joined(names.stream().map(name -> "t." + name), ", "),
            joined(names.stream().map(name -> "excluded." + name), ", "),
            joined(key.stream().map(name -> "t." + name + " = l." + name), " and "));
  }

  private static String joined(Stream<String> parts, String separator) {
    return parts.collect(Collectors.joining(separator));
  }
}
