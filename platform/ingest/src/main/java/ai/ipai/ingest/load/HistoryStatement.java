package ai.ipai.ingest.load;

import ai.ipai.ingest.table.BronzeTable;
import ai.ipai.spi.name.SqlText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.stream.Collectors;

/**
 * Into a table that keeps every version of a row. A changed row's version ends and a new one
 * begins; a deleted row's version ends with {@code _ipai_op = 'd'}. The current version has no
 * {@code _ipai_valid_to}.
 */
final class HistoryStatement {
  private HistoryStatement() {}

  static LoadCounts run(Connection connection, Incoming incoming) throws SQLException {
    LoadTarget target = incoming.target();
    long ended = 0;
    long deleted = 0;
    try (PreparedStatement statement =
            Incoming.prepare(connection, target, closing(connection, incoming));
        ResultSet counts = statement.executeQuery()) {
      counts.next();
      ended = counts.getLong(1);
      deleted = counts.getLong(2);
    }
    try (PreparedStatement statement = Incoming.prepare(connection, target, beginning(incoming))) {
      long begun = statement.executeUpdate();
      return new LoadCounts(0, begun - ended, ended, deleted, 0, 0);
    }
  }

  private static String closing(Connection connection, Incoming incoming) throws SQLException {
    String live = incoming.target().table().quoted();
    String changes = "(l._ipai_op = 'd' or " + incoming.differs("l") + ")";
    String match = incoming.sameKey() + " and t._ipai_valid_to is null";
    return """
    , latest as materialized (%1$s)%2$s, closed as (
      update %3$s t set _ipai_valid_to = args._ipai_a_at, _ipai_run_id = args._ipai_a_run, _ipai_loaded_at = args._ipai_a_at,
        _ipai_op = case when l._ipai_op = 'd' then 'd' else t._ipai_op end
      from latest l, args where %4$s and %5$s
      returning l._ipai_op as op
    )
    select count(*) filter (where op <> 'd'), count(*) filter (where op = 'd') from closed
    """
        .formatted(
            incoming.query(),
            BeforeImages.keep(
                connection, incoming.target(), "latest l join " + live + " t on " + match, changes),
            live,
            match,
            changes);
  }

  /** What has no current version gets one: what is left open is as the source has it. */
  private static String beginning(Incoming incoming) {
    if (!incoming.others().isEmpty()) {
      return continuing(incoming);
    }
    String live = incoming.target().table().quoted();
    return """
    , latest as materialized (%1$s)
    insert into %2$s (%3$s, _ipai_rescued, _ipai_run_id, _ipai_loaded_at, _ipai_op, _ipai_valid_from)
    select %3$s, _ipai_rescued, args._ipai_a_run, args._ipai_a_at, _ipai_op, args._ipai_a_at from latest l, args
    where _ipai_op <> 'd'
      and not exists (select from %2$s t where %4$s and t._ipai_valid_to is null)
    """
        .formatted(incoming.query(), live, incoming.each(name -> name), incoming.sameKey());
  }

  /** What the new rows do not give is as it was in the version that has just ended. */
  private static String continuing(Incoming incoming) {
    String live = incoming.target().table().quoted();
    String others = BronzeTable.identifiers(incoming.others());
    String carried =
        incoming.others().stream()
            .map(name -> "t." + SqlText.identifier(name))
            .collect(Collectors.joining(", "));
    return """
    , latest as materialized (%1$s)
    insert into %2$s (%3$s, %5$s, _ipai_rescued, _ipai_run_id, _ipai_loaded_at, _ipai_op, _ipai_valid_from)
    select %4$s, %6$s, %7$s, args._ipai_a_run, args._ipai_a_at, l._ipai_op, args._ipai_a_at
    from latest l cross join args
    left join %2$s t on %8$s and t._ipai_valid_to = args._ipai_a_at and t._ipai_run_id = args._ipai_a_run
      and t._ipai_op <> 'd'
    where l._ipai_op <> 'd'
      and not exists (select from %2$s t where %8$s and t._ipai_valid_to is null)
    """
        .formatted(
            incoming.query(),
            live,
            incoming.each(name -> name),
            incoming.each(name -> "l." + name),
            others,
            carried,
            incoming.rescuedBy("l"),
            incoming.sameKey());
  }
}
