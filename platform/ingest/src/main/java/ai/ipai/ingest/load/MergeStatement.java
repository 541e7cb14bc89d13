package ai.ipai.ingest.load;

import ai.ipai.ingest.table.BronzeColumn;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * From a stage to a live table: appended, or merged by key. A row is written only if its content
 * differs from what is stored, or if it was marked as deleted: reading a row again changes nothing.
 * What it was before is kept.
 */
final class MergeStatement {
  private MergeStatement() {}

  static LoadCounts run(Connection connection, Incoming incoming) throws SQLException {
    LoadTarget target = incoming.target();
    try (PreparedStatement statement =
            Incoming.prepare(connection, target, sql(connection, incoming));
        ResultSet counts = statement.executeQuery()) {
      counts.next();
      return new LoadCounts(
          0, counts.getLong(1), counts.getLong(2), counts.getLong(3), 0, 0, counts.getLong(4));
    }
  }

  /**
   * Adds the staged rows in their order. Where the source has a key, a row that stands there as it
   * is now is not added again: what changes are read from overlaps what was read before.
   */
  static LoadCounts append(
      Connection connection, LoadTarget target, QualifiedName stage, List<BronzeColumn> columns)
      throws SQLException {
    Incoming staged = new Incoming(target, "", columns, List.of());
    String names = staged.each(name -> name);
    boolean isKnown =
        !target.key().isEmpty()
            && columns.stream().map(BronzeColumn::name).toList().containsAll(target.key());
    String sql =
        """

        insert into %1$s (%2$s, _ipai_rescued, _ipai_run_id, _ipai_loaded_at, _ipai_op)
        select %2$s, _ipai_rescued, args._ipai_a_run, args._ipai_a_at, _ipai_op from %3$s l, args
        where _ipai_op <> 'd'%4$s order by _ipai_seq
        """
            .formatted(
                target.table().quoted(),
                names,
                isKnown ? once(names, stage) : stage.quoted(),
                isKnown ? unlessStanding(staged) : "");
    try (PreparedStatement statement = Incoming.prepare(connection, target, sql)) {
      return new LoadCounts(0, statement.executeUpdate(), 0, 0, 0, 0);
    }
  }

  private static String once(String names, QualifiedName stage) {
    return """
    (select distinct on (%1$s, _ipai_rescued) * from %2$s
      where _ipai_op <> 'd' order by %1$s, _ipai_rescued, _ipai_seq)"""
        .formatted(names, stage.quoted());
  }

  /** A row whose key has no value is looked for among those without, which no index joins. */
  private static String unlessStanding(Incoming staged) {
    String standing =
        "exists (select from %s t where %%s and t._ipai_op <> 'd' and not %s)"
            .formatted(staged.target().table().quoted(), staged.differs("l"));
    return """

      and not %s and (not (%s) or not %s)"""
        .formatted(
            standing.formatted(staged.sameKey()),
            noKey(staged, "l"),
            standing.formatted("(" + noKey(staged, "t") + ")"));
  }

  private static String noKey(Incoming staged, String alias) {
    return staged.target().key().stream()
        .map(name -> alias + "." + SqlText.identifier(name) + " is null")
        .collect(Collectors.joining(" or "));
  }

  /** Of a whole reading, beside, what the live table does not hold as often. */
  static LoadCounts appendWhole(Connection connection, Incoming whole, QualifiedName beside)
      throws SQLException {
    String sql =
        """

        insert into %1$s (%2$s, _ipai_rescued, _ipai_run_id, _ipai_loaded_at, _ipai_op)
        select n.*, args._ipai_a_run, args._ipai_a_at, 'r' from (
          select %2$s, _ipai_rescued from %3$s where _ipai_op <> 'd'
          except all
          select %2$s, _ipai_rescued from %1$s where _ipai_op <> 'd') n, args
        """
            .formatted(whole.target().table().quoted(), whole.each(name -> name), beside.quoted());
    try (PreparedStatement statement = Incoming.prepare(connection, whole.target(), sql)) {
      return new LoadCounts(0, statement.executeUpdate(), 0, 0, 0, 0);
    }
  }

  private static String sql(Connection connection, Incoming incoming) throws SQLException {
    LoadTarget target = incoming.target();
    String live = target.table().quoted();
    String key = target.key().stream().map(SqlText::identifier).collect(Collectors.joining(", "));
    String before =
        BeforeImages.keep(
            connection,
            target,
            "latest l join " + live + " t on " + incoming.sameKey(),
            "case when l._ipai_op = 'd' then t._ipai_op <> 'd' else t._ipai_op = 'd' or "
                + incoming.differs("l")
                + " end");
    return """
    , latest as materialized (%1$s)%2$s, upserted as (
      insert into %3$s as t (%4$s, _ipai_rescued, _ipai_run_id, _ipai_loaded_at, _ipai_op)
      select %4$s, _ipai_rescued, args._ipai_a_run, args._ipai_a_at, _ipai_op from latest, args where _ipai_op <> 'd'
      on conflict (%5$s) do update set %6$s,
        _ipai_rescued = %10$s, _ipai_run_id = excluded._ipai_run_id,
        _ipai_loaded_at = excluded._ipai_loaded_at, _ipai_op = '%7$s'
      where t._ipai_op = 'd' or %8$s
      returning t.xmax = 0 as is_new
    ), deleted as (
      update %3$s t set _ipai_op = 'd', _ipai_run_id = args._ipai_a_run, _ipai_loaded_at = args._ipai_a_at
      from latest l, args where l._ipai_op = 'd' and t._ipai_op <> 'd' and %9$s
      returning 1
    )
    select count(*) filter (where is_new), count(*) filter (where not is_new),
      (select count(*) from deleted),
      (select count(*) from latest l join %3$s t on %9$s where l._ipai_op <> 'd' and t._ipai_op = 'd')
    from upserted
    """
        .formatted(
            incoming.query(),
            before,
            live,
            incoming.each(name -> name),
            key,
            incoming.each(name -> name + " = excluded." + name),
            target.laterOp(),
            incoming.differs("excluded"),
            incoming.sameKey(),
            incoming.rescuedBy("excluded"));
  }
}
