package ai.ipai.ingest.load;

import ai.ipai.ingest.IngestErrors;
import ai.ipai.ingest.table.BronzeColumn;
import ai.ipai.spi.connector.KeySweep;
import ai.ipai.spi.connector.Superseded;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.SqlText;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;

/** Marks rows as deleted; they keep their values. */
final class Removals {
  /** Below this many rows even all of them may vanish. */
  private static final long ALARM_ROWS = 100;

  private Removals() {}

  /**
   * Marks the rows in the sweep's range whose keys are not present.
   *
   * @throws IpaiException {@code ING-005} if more than half of at least {@value #ALARM_ROWS} would
   *     go: more likely the reading user has lost rights than the source its rows
   */
  static long sweep(Connection connection, LoadTarget target, KeySweep sweep) throws SQLException {
    if (target.key().size() != 1) {
      throw new IllegalStateException("a key sweep needs a key of one column: " + target.table());
    }
    String key = SqlText.identifier(target.key().getFirst());
    Array present = connection.createArrayOf("bigint", sweep.present().toArray());
    if (!target.anyDeletes()) {
      refuseMassDelete(connection, target, key, sweep, present);
    }
    String sql =
        """
        update %s set _ipai_op = 'd', _ipai_run_id = ?, _ipai_loaded_at = ?
        where %s > ? and %s <= ? and %s <> all(?) and _ipai_op <> 'd'
        """
            .formatted(target.table().quoted(), key, key, key);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setObject(1, target.run());
      statement.setTimestamp(2, Timestamp.from(target.at()));
      statement.setLong(3, sweep.after());
      statement.setLong(4, sweep.upTo());
      statement.setArray(5, present);
      return statement.executeUpdate();
    }
  }

  private static void refuseMassDelete(
      Connection connection, LoadTarget target, String key, KeySweep sweep, Array present)
      throws SQLException {
    String sql =
        """
        select count(*), count(*) filter (where %s <> all(?)) from %s
        where %s > ? and %s <= ? and _ipai_op <> 'd'
        """
            .formatted(key, target.table().quoted(), key, key);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setArray(1, present);
      statement.setLong(2, sweep.after());
      statement.setLong(3, sweep.upTo());
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        long live = rows.getLong(1);
        long gone = rows.getLong(2);
        if (live >= ALARM_ROWS && gone * 2 > live) {
          throw new IpaiException(
                  IngestErrors.MASS_DELETE,
                  "%d of %d rows of %s would be marked as deleted"
                      .formatted(gone, live, target.table()))
              .fact("table", target.table())
              .hint(
                  "check that the reading user still sees all records; if they are really gone, run"
                      + " the sync with deletes allowed");
        }
      }
    }
  }

  static long supersede(Connection connection, LoadTarget target, Superseded superseded)
      throws SQLException {
    BronzeColumn column = target.shape().columns().get(superseded.column());
    if (column == null) {
      return 0;
    }
    String sql =
        """
        update %s set _ipai_op = 'd', _ipai_run_id = ?, _ipai_loaded_at = ?
        where %s = ? and _ipai_op <> 'd'
        """
            .formatted(target.table().quoted(), SqlText.identifier(column.name()));
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setObject(1, target.run());
      statement.setTimestamp(2, Timestamp.from(target.at()));
      statement.setString(3, superseded.value());
      return statement.executeUpdate();
    }
  }
}
