package ai.ipai.ingest.load;

import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Owns {@code ipai_stage.before_image}: rows of live tables as they were before a run changed them,
 * each value as text, so that a run can be undone. Only the loader may look at them.
 */
public final class BeforeImages {
  private BeforeImages() {}

  /**
   * A common table expression that keeps rows of the live table.
   *
   * @param from joins to {@code t}, the live table, and may use {@code args}
   */
  static String keep(Connection connection, LoadTarget target, String from, String where)
      throws SQLException {
    if (!target.isLive()) {
      return "";
    }
    List<String> columns = columns(connection, target.table());
    return """
    , before as (
      insert into ipai_stage.before_image (run_id, stream, columns, row_values)
      select args._ipai_a_run, args._ipai_a_stream, array[%s], array[%s]
      from args, %s
      where t._ipai_run_id <> args._ipai_a_run and (%s)
    )"""
        .formatted(
            columns.stream().map(SqlText::literal).collect(Collectors.joining(", ")),
            columns.stream()
                .map(name -> "t." + SqlText.identifier(name) + "::text")
                .collect(Collectors.joining(", ")),
            from,
            where);
  }

  /**
   * Takes back what a run wrote into a table. Correct only while no later run has changed the
   * table. Returns how many rows changed by it.
   */
  public static long restore(Connection connection, QualifiedName table, UUID run, String stream)
      throws SQLException {
    long changed;
    try (PreparedStatement statement =
        connection.prepareStatement("delete from " + table.quoted() + " where _ipai_run_id = ?")) {
      statement.setObject(1, run);
      changed = statement.executeUpdate();
    }
    for (List<String> columns : shapes(connection, run, stream)) {
      changed += insert(connection, table, columns, run, stream);
    }
    return changed;
  }

  private static long insert(
      Connection connection, QualifiedName table, List<String> columns, UUID run, String stream)
      throws SQLException {
    String names = columns.stream().map(SqlText::identifier).collect(Collectors.joining(", "));
    List<String> types = types(connection, table, columns);
    String values =
        IntStream.range(0, columns.size())
            .mapToObj(i -> "row_values[%d]::%s".formatted(i + 1, types.get(i)))
            .collect(Collectors.joining(", "));
    String sql =
        """
        insert into %s (%s) select %s from ipai_stage.before_image
        where run_id = ? and stream = ? and columns = ? order by id
        """
            .formatted(table.quoted(), names, values);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setObject(1, run);
      statement.setString(2, stream);
      statement.setArray(3, connection.createArrayOf("text", columns.toArray()));
      return statement.executeUpdate();
    }
  }

  private static List<List<String>> shapes(Connection connection, UUID run, String stream)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select distinct columns from ipai_stage.before_image where run_id = ? and stream = ?")) {
      statement.setObject(1, run);
      statement.setString(2, stream);
      List<List<String>> shapes = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          shapes.add(List.of((String[]) rows.getArray(1).getArray()));
        }
      }
      return shapes;
    }
  }

  private static List<String> columns(Connection connection, QualifiedName table)
      throws SQLException {
    return catalog(connection, table).stream().map(List::getFirst).toList();
  }

  private static List<String> types(
      Connection connection, QualifiedName table, List<String> columns) throws SQLException {
    List<List<String>> all = catalog(connection, table);
    return columns.stream()
        .map(
            name ->
                all.stream()
                    .filter(column -> column.getFirst().equals(name))
                    .findFirst()
                    .orElseThrow()
                    .getLast())
        .toList();
  }

  /** Name and type of each column. */
  private static List<List<String>> catalog(Connection connection, QualifiedName table)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            select attname, format_type(atttypid, atttypmod) from pg_catalog.pg_attribute
            where attrelid = ?::regclass and attnum > 0 and not attisdropped order by attnum
            """)) {
      statement.setString(1, table.quoted());
      List<List<String>> columns = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          columns.add(List.of(rows.getString(1), rows.getString(2)));
        }
      }
      return columns;
    }
  }

  public static void forget(Connection connection, UUID run, String stream) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "delete from ipai_stage.before_image where run_id = ? and stream = ?")) {
      statement.setObject(1, run);
      statement.setString(2, stream);
      statement.executeUpdate();
    }
  }

  /** Images of runs that ended longer ago go; those runs can no longer be undone. */
  public static void expire(Connection connection, Duration keep) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          """
          with expired as (
            update ipai.stream_run set undo = 'expired'
            where undo = 'images' and finished_at < now() - interval '%d seconds'
            returning run_id, stream)
          delete from ipai_stage.before_image b using expired e
          where b.run_id = e.run_id and b.stream = e.stream
          """
              .formatted(keep.toSeconds()));
    }
  }
}
