package ai.ipai.ingest.load;

import ai.ipai.ingest.table.BronzeColumn;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Into a table of versions, where each staged row is a version of its own: the first of each key,
 * then the second, and so on, a microsecond apart.
 */
final class Versions {
  private Versions() {}

  static LoadCounts run(
      Connection connection, LoadTarget target, QualifiedName stage, List<BronzeColumn> columns)
      throws SQLException {
    String key = target.key().stream().map(SqlText::identifier).collect(Collectors.joining(", "));
    LoadCounts counts = LoadCounts.NONE;
    int most = most(connection, stage, key);
    for (int turn = 1; turn <= most; turn++) {
      Incoming incoming =
          new Incoming(
              target.by(Way.HISTORY).at(target.at().plus(turn - 1L, ChronoUnit.MICROS)),
              query(stage, key, most, turn),
              columns,
              List.of());
      counts = counts.plus(HistoryStatement.run(connection, incoming));
    }
    return counts;
  }

  private static int most(Connection connection, QualifiedName stage, String key)
      throws SQLException {
    String sql =
        "select coalesce(max(n), 0) from (select count(*) as n from %s group by %s) k"
            .formatted(stage.quoted(), key);
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private static String query(QualifiedName stage, String key, int most, int turn) {
    return most == 1
        ? "select * from " + stage.quoted()
        : """
        select * from (
          select *, row_number() over (partition by %s order by _ipai_seq) as _ipai_turn from %s) n
        where _ipai_turn = %d
        """
            .formatted(key, stage.quoted(), turn);
  }
}
