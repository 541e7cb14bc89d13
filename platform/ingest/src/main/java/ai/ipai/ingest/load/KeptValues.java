package ai.ipai.ingest.load;

import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Completes staged rows of which the source sent only what has changed: a value that it left out is
 * that of the row's earlier version, staged before it or stored. What was rescued of that value
 * comes along.
 */
final class KeptValues {
  private KeptValues() {}

  /**
   * Fills the stage.
   *
   * @param columns that some staged row left out
   */
  static void fill(
      Connection connection, LoadTarget target, QualifiedName stage, Set<String> columns)
      throws SQLException {
    String key = target.key().stream().map(SqlText::identifier).collect(Collectors.joining(", "));
    String current = target.way().isVersioned() ? " and t._ipai_valid_to is null" : "";
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "create index if not exists ipai_stage_key on %s (%s, _ipai_seq)"
              .formatted(stage.quoted(), key));
      for (String column : columns) {
        statement.execute(sql(target, stage, column, current));
      }
    }
  }

  private static String sql(LoadTarget target, QualifiedName stage, String column, String current) {
    String mark = SqlText.literal("[" + json(column) + "]") + "::jsonb";
    return """
    update %1$s s set %2$s = v.kept, _ipai_rescued = case when v.rescued is null then s._ipai_rescued
      else coalesce(s._ipai_rescued, '{}') || jsonb_build_object(%3$s, v.rescued) end
    from (
      select n._ipai_seq, case when p._ipai_seq is null then t.%2$s else p.%2$s end as kept,
        case when p._ipai_seq is null then t._ipai_rescued else p._ipai_rescued end -> %3$s as rescued
      from %1$s n
      left join lateral (
        select p._ipai_seq, p.%2$s, p._ipai_rescued from %1$s p
        where %4$s and p._ipai_seq < n._ipai_seq and p._ipai_op <> 'd'
          and not coalesce(p._ipai_kept @> %5$s, false)
        order by p._ipai_seq desc limit 1) p on true
      left join %6$s t on %7$s%8$s
      where n._ipai_kept @> %5$s) v
    where v._ipai_seq = s._ipai_seq
    """
        .formatted(
            stage.quoted(),
            SqlText.identifier(column),
            SqlText.literal(column),
            same(target, "p"),
            mark,
            target.table().quoted(),
            same(target, "t"),
            current);
  }

  private static String same(LoadTarget target, String alias) {
    return target.key().stream()
        .map(SqlText::identifier)
        .map(name -> alias + "." + name + " = n." + name)
        .collect(Collectors.joining(" and "));
  }

  static String json(String column) {
    return Rescue.json(column);
  }
}
