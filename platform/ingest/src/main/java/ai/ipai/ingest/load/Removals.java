package ai.ipai.ingest.load;

import ai.ipai.ingest.IngestErrors;
import ai.ipai.ingest.table.BronzeColumn;
import ai.ipai.ingest.table.BronzeTable;
import ai.ipai.spi.connector.KeySweep;
import ai.ipai.spi.connector.KeysGone;
import ai.ipai.spi.connector.Superseded;
import ai.ipai.spi.connector.Withdrawn;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Marks rows as deleted; they keep their values. What was never seen goes for good. */
final class Removals {
  /** Below this many rows even all of them may vanish. */
  private static final long ALARM_ROWS = 100;

  private static final String SWEPT =
      "swept as materialized (select unnest(?::bigint[]) as _ipai_a_key)";

  private Removals() {}

  /**
   * Marks the rows in the sweep's range whose keys are not present.
   *
   * @throws IpaiException {@code ING-005} if more than half of at least {@value #ALARM_ROWS} would
   *     go: more likely the reading user has lost rights than the source its rows
   */
  static long sweep(Connection connection, LoadTarget target, KeySweep sweep) throws SQLException {
    String key = onlyKey(target);
    Array present = connection.createArrayOf("bigint", sweep.present().toArray());
    String range = "%s > %d and %s <= %d".formatted(key, sweep.after(), key, sweep.upTo());
    // A set that PostgreSQL hashes once, not a list that it walks for every row.
    String gone = key + " not in (select _ipai_a_key from swept)";
    if (!target.anyDeletes()) {
      refuseMassDelete(connection, target, SWEPT, range, gone, present);
    }
    return mark(connection, target, ", " + SWEPT, "", range + " and " + gone, present);
  }

  /**
   * Marks the rows with these keys.
   *
   * @throws IpaiException {@code ING-005} as {@link #sweep}, judged by the whole comparison
   */
  static long gone(Connection connection, LoadTarget target, KeysGone gone) throws SQLException {
    String key = onlyKey(target);
    if (!target.anyDeletes()) {
      refuseMassDelete(target, gone.compared(), gone.missing());
    }
    Array keys = connection.createArrayOf("bigint", gone.keys().toArray());
    return mark(
        connection, target, ", " + SWEPT, "", key + " in (select _ipai_a_key from swept)", keys);
  }

  private static String onlyKey(LoadTarget target) {
    if (target.key().size() != 1) {
      throw new IllegalStateException("a key sweep needs a key of one column: " + target.table());
    }
    return "t." + SqlText.identifier(target.key().getFirst());
  }

  /** Marks every row; the source itself said so. */
  static long empty(Connection connection, LoadTarget target) throws SQLException {
    return target.way() == Way.APPEND ? 0 : mark(connection, target, "", "", "true", null);
  }

  static long supersede(Connection connection, LoadTarget target, Superseded superseded)
      throws SQLException {
    BronzeColumn column = target.shape().columns().get(superseded.column());
    if (column == null) {
      return 0;
    }
    return mark(
        connection,
        target,
        ", swept as materialized (select ?::text as _ipai_a_value)",
        "swept",
        "t." + SqlText.identifier(column.name()) + " = swept._ipai_a_value",
        superseded.value());
  }

  /**
   * Deletes what this reading gave, from a table that nobody sees yet. Returns it as negative
   * counts.
   *
   * @param bare whether the table has no column for what is rescued
   */
  static LoadCounts withdraw(
      Connection connection, LoadTarget target, Withdrawn withdrawn, boolean bare)
      throws SQLException {
    if (target.isLive()) {
      throw new IllegalStateException("rows of a live table are not withdrawn: " + target.live());
    }
    BronzeColumn column = target.shape().columns().get(withdrawn.column());
    if (column == null) {
      return LoadCounts.NONE;
    }
    String table = target.table().quoted();
    String rescued = bare ? "null" : "_ipai_rescued";
    if (withdrawn.everything()) {
      LoadCounts all =
          taken(connection, "select count(*), count(%s) from %s".formatted(rescued, table), null);
      BronzeTable.execute(connection, "truncate " + table);
      return all;
    }
    return taken(
        connection,
        """
        with gone as (delete from %s where %s = ? returning %s as rescued)
        select count(*), count(rescued) from gone
        """
            .formatted(table, SqlText.identifier(column.name()), rescued),
        withdrawn.value());
  }

  private static LoadCounts taken(
      Connection connection, String sql, @org.jspecify.annotations.Nullable String value)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      if (value != null) {
        statement.setString(1, value);
      }
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        long count = rows.getLong(1);
        return new LoadCounts(-count, -count, 0, 0, -rows.getLong(2), 0);
      }
    }
  }

  /**
   * Marks every row whose key a whole reading did not give.
   *
   * @throws IpaiException {@code ING-005} as {@link #sweep}
   */
  static long missing(Connection connection, Incoming whole, QualifiedName beside)
      throws SQLException {
    String gone =
        "not exists (select from %s l where %s)".formatted(beside.quoted(), whole.sameKey());
    if (!whole.target().anyDeletes()) {
      refuseMassDelete(connection, whole.target(), "", "true", gone, null);
    }
    return mark(connection, whole.target(), "", "", gone, null);
  }

  private static long mark(
      Connection connection,
      LoadTarget target,
      String with,
      String joined,
      String where,
      @org.jspecify.annotations.Nullable Object value)
      throws SQLException {
    String live = target.table().quoted();
    String extra = joined.isEmpty() ? "" : ", " + joined;
    String condition = "(" + where + ") and " + current(target);
    String end = target.way().isVersioned() ? ", _ipai_valid_to = args._ipai_a_at" : "";
    String sql =
        """
        %s%s
        update %s t set _ipai_op = 'd', _ipai_run_id = args._ipai_a_run,
          _ipai_loaded_at = args._ipai_a_at%s
        from args%s where %s
        """
            .formatted(
                with,
                BeforeImages.keep(connection, target, live + " t" + extra, condition),
                live,
                end,
                extra,
                condition);
    try (PreparedStatement statement = Incoming.prepare(connection, target, sql)) {
      switch (value) {
        case null -> {}
        case Array array -> statement.setArray(4, array);
        default -> statement.setString(4, value.toString());
      }
      return statement.executeUpdate();
    }
  }

  private static String current(LoadTarget target) {
    return target.way().isVersioned() ? "t._ipai_valid_to is null" : "t._ipai_op <> 'd'";
  }

  private static void refuseMassDelete(
      Connection connection,
      LoadTarget target,
      String with,
      String range,
      String gone,
      @org.jspecify.annotations.Nullable Array present)
      throws SQLException {
    String sql =
        "%sselect count(*), count(*) filter (where %s) from %s t where %s and %s"
            .formatted(
                with.isEmpty() ? "" : "with " + with + " ",
                gone,
                target.table().quoted(),
                range,
                current(target));
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      if (present != null) {
        statement.setArray(1, present);
      }
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        refuseMassDelete(target, rows.getLong(1), rows.getLong(2));
      }
    }
  }

  private static void refuseMassDelete(LoadTarget target, long live, long vanishing) {
    if (live >= ALARM_ROWS && vanishing * 2 > live) {
      throw new IpaiException(
              IngestErrors.MASS_DELETE,
              "%d of %d rows of %s would be marked as deleted"
                  .formatted(vanishing, live, target.live()))
          .fact("table", target.live())
          .hint(
              "check that the reading user still sees all records; if they are really gone, run"
                  + " the sync with deletes allowed");
    }
  }
}
