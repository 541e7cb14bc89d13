package ai.ipai.ingest.load;

import ai.ipai.ingest.table.BronzeColumn;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Rows on their way to a live table, as SQL sees them: one per key.
 *
 * @param query gives {@code columns}, {@code _ipai_op} and {@code _ipai_rescued}
 * @param rescued names in {@code _ipai_rescued} that these rows speak for; what was rescued under
 *     others stays. Empty for all
 */
record Incoming(LoadTarget target, String query, List<BronzeColumn> columns, List<String> rescued) {
  /** Of several staged rows with one key the last counts. */
  static Incoming staged(
      LoadTarget target, QualifiedName stage, List<BronzeColumn> columns, List<String> rescued) {
    String key = target.key().stream().map(SqlText::identifier).collect(Collectors.joining(", "));
    String query =
        "select distinct on (%1$s) * from %2$s order by %1$s, _ipai_seq desc"
            .formatted(key, stage.quoted());
    return new Incoming(target, query, columns, rescued);
  }

  /** Everything that a table beside holds; its key is unique. */
  static Incoming whole(LoadTarget target, QualifiedName beside) {
    return new Incoming(
        target,
        "select * from " + beside.quoted(),
        List.copyOf(target.shape().columns().values()),
        List.of());
  }

  /** Columns of the table that the new rows do not give. */
  List<String> others() {
    return target.shape().columns().values().stream()
        .filter(column -> !columns.contains(column))
        .map(BronzeColumn::name)
        .toList();
  }

  /** {@code t.a = l.a and t.b = l.b}. */
  String sameKey() {
    return target.key().stream()
        .map(SqlText::identifier)
        .map(name -> "t." + name + " = l." + name)
        .collect(Collectors.joining(" and "));
  }

  /** The names with something before each. */
  String each(Function<String, String> write) {
    return columns.stream()
        .map(column -> write.apply(SqlText.identifier(column.name())))
        .collect(Collectors.joining(", "));
  }

  /** Whether the stored row t differs from the new row, an alias. */
  String differs(String other) {
    return "(%s, t._ipai_rescued) is distinct from (%s, %s)"
        .formatted(each(name -> "t." + name), each(name -> other + "." + name), rescuedBy(other));
  }

  /** What is rescued of the stored row t once the new row, an alias, has come. */
  String rescuedBy(String other) {
    if (rescued.isEmpty()) {
      return other + "._ipai_rescued";
    }
    String names = rescued.stream().map(SqlText::literal).collect(Collectors.joining(", "));
    return """
    case when t._ipai_rescued is null then %1$s._ipai_rescued
      else nullif((t._ipai_rescued - array[%2$s]::text[]) || coalesce(%1$s._ipai_rescued, '{}'), '{}') end"""
        .formatted(other, names);
  }

  /** With {@code args} in front, to be bound by {@link #prepare}. */
  static final String ARGS =
      "with args as materialized (select ?::uuid as _ipai_a_run, ?::timestamptz as _ipai_a_at, ?::text as _ipai_a_stream)";

  static PreparedStatement prepare(Connection connection, LoadTarget target, String sql)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(ARGS + sql);
    statement.setObject(1, target.run());
    statement.setTimestamp(2, Timestamp.from(target.at()));
    statement.setString(3, target.stream());
    return statement;
  }
}
