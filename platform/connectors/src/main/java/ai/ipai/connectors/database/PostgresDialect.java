package ai.ipai.connectors.database;

import ai.ipai.connectors.database.TableField.Way;
import ai.ipai.spi.connector.ColumnType;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** PostgreSQL, from its own catalog, since JDBC's metadata hides domains and arrays. */
final class PostgresDialect implements Dialect {
  private static final String COLUMNS =
      """
      select n.nspname, c.relname, a.attname, not a.attnotnull as nullable,
        a.attgenerated <> '' as is_computed,
        format_type(b.oid, a.atttypmod) as declared, b.typname, b.typtype, b.typcategory,
        coalesce(col_description(c.oid, a.attnum), '') as note,
        coalesce(obj_description(c.oid, 'pg_class'), '') as table_note,
        c.relkind in ('r', 'p') and c.relpersistence = 'p' as is_stored,
        exists (select from pg_operator o where o.oprname = '<' and o.oprleft = b.oid) as ordered,
        (select array(
            select k.attname from unnest(i.indkey[0:i.indnkeyatts - 1]) with ordinality as u(num, at)
            join pg_attribute k on k.attrelid = c.oid and k.attnum = u.num order by u.at)
          from pg_index i
          where i.indrelid = c.oid and i.indisunique and i.indisvalid and i.indpred is null
            and i.indexprs is null and i.indimmediate
            and not exists (
              select from unnest(i.indkey[0:i.indnkeyatts - 1]) as u(num)
              join pg_attribute k on k.attrelid = c.oid and k.attnum = u.num
              where not k.attnotnull)
          order by i.indisprimary desc, i.indnkeyatts, i.indexrelid limit 1) as key
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      join lateral (
        with recursive base(oid, typbasetype, depth) as (
          select t.oid, t.typbasetype, 0 from pg_type t where t.oid = a.atttypid
          union all
          select t.oid, t.typbasetype, depth + 1 from pg_type t
          join base on t.oid = base.typbasetype)
        select t.* from pg_type t join base using (oid) order by base.depth desc limit 1) b on true
      where n.nspname = any (?) and c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
        and has_table_privilege(c.oid, 'select')
      order by n.nspname, c.relname, a.attnum
      """;

  @Override
  public void prepare(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("set time zone 'UTC'");
      statement.execute("set datestyle to iso");
      statement.execute("set extra_float_digits to 1");
      statement.execute("set default_transaction_read_only to on");
    }
  }

  @Override
  public List<SourceTable> tables(Connection connection, List<String> schemas) throws SQLException {
    List<String> wanted = schemas.isEmpty() ? List.of("public") : schemas;
    Map<String, SourceTable> tables = new LinkedHashMap<>();
    Map<String, List<TableField>> fields = new LinkedHashMap<>();
    Map<String, Set<String>> computed = new HashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
      statement.setArray(1, connection.createArrayOf("text", wanted.toArray()));
      ResultSet rows = statement.executeQuery();
      while (rows.next()) {
        String name =
            Dialect.streamName(wanted, rows.getString("nspname"), rows.getString("relname"));
        fields.computeIfAbsent(name, key -> new ArrayList<>()).add(field(rows));
        if (rows.getBoolean("is_computed")) {
          computed.computeIfAbsent(name, key -> new HashSet<>()).add(rows.getString("attname"));
        }
        if (!tables.containsKey(name)) {
          String from =
              Dialect.quoted(rows.getString("nspname"), "\"")
                  + "."
                  + Dialect.quoted(rows.getString("relname"), "\"");
          tables.put(
              name,
              new SourceTable(
                  name,
                  from,
                  List.of(),
                  key(rows),
                  rows.getString("table_note"),
                  rows.getBoolean("is_stored"),
                  Set.of()));
        }
      }
    }
    return tables.values().stream()
        .map(
            table ->
                new SourceTable(
                    table.name(),
                    table.from(),
                    fields.getOrDefault(table.name(), List.of()),
                    table.key(),
                    table.comment(),
                    table.isStored(),
                    computed.getOrDefault(table.name(), Set.of())))
        .toList();
  }

  private static List<String> key(ResultSet rows) throws SQLException {
    Array key = rows.getArray("key");
    return key == null ? List.of() : List.of((String[]) key.getArray());
  }

  private static TableField field(ResultSet rows) throws SQLException {
    return field(
        rows.getString("attname"),
        type(rows),
        rows.getString("declared"),
        rows.getBoolean("ordered"),
        rows.getBoolean("nullable"),
        rows.getString("note"));
  }

  /** The name of the type below all domains; {@code array} for arrays and rows. */
  static String type(ResultSet rows) throws SQLException {
    boolean array = rows.getString("typcategory").equals("A");
    boolean composite = rows.getString("typtype").equals("c");
    return array || composite ? "array" : rows.getString("typname");
  }

  /**
   * A column.
   *
   * @param type as {@link #type(ResultSet)} tells it
   * @param declared as {@code format_type} prints it
   */
  static TableField field(
      String name, String type, String declared, boolean ordered, boolean nullable, String note) {
    String column = Dialect.quoted(name, "\"");
    return new TableField(
        name,
        type(type),
        select(type, column),
        column,
        "cast(? as " + declared + ")",
        way(type),
        ordered,
        nullable,
        note);
  }

  private static ColumnType type(String type) {
    return switch (type) {
      case "bool" -> ColumnType.BOOLEAN;
      case "int2", "int4", "int8", "oid" -> ColumnType.BIGINT;
      case "numeric" -> ColumnType.NUMERIC;
      case "float4", "float8" -> ColumnType.DOUBLE;
      case "date" -> ColumnType.DATE;
      case "timestamp" -> ColumnType.TIMESTAMP;
      case "timestamptz" -> ColumnType.TIMESTAMPTZ;
      case "json", "jsonb", "array" -> ColumnType.JSON;
      case "bytea" -> ColumnType.BYTES;
      default -> ColumnType.TEXT;
    };
  }

  private static Way way(String type) {
    return switch (type) {
      case "float4" -> Way.SINGLE;
      case "inet" -> Way.INET;
      case "array" -> Way.COMPOSED;
      default ->
          switch (type(type)) {
            case BOOLEAN -> Way.BOOLEAN;
            case BIGINT -> Way.LONG;
            case NUMERIC -> Way.DECIMAL;
            case DOUBLE -> Way.DOUBLE;
            case DATE -> Way.DATE_TEXT;
            case TIMESTAMP -> Way.LOCAL_TIME_TEXT;
            case TIMESTAMPTZ -> Way.UTC_TEXT;
            case JSON -> Way.JSON;
            case BYTES -> Way.BYTES;
            case TEXT -> Way.TEXT;
          };
    };
  }

  private static String select(String type, String column) {
    return switch (type) {
      case "bool", "int2", "int4", "int8", "numeric", "float8" -> column;
      case "text", "varchar", "bpchar", "json", "jsonb", "bytea" -> column;
      case "oid" -> column + "::bigint";
      case "float4" -> column + "::float8";
      case "array" -> "to_jsonb(" + column + ")::text";
      // As text, so that infinity and years before Christ come through.
      case "timestamptz" -> "(" + column + " at time zone 'UTC')::text";
      default -> column + "::text";
    };
  }

  @Override
  public Instant now(Connection connection, Clock ours) throws SQLException {
    return Dialect.instant(
        connection,
        "select to_char(now() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')");
  }

  /** Greater than every number, Infinity included. */
  @Override
  public String noNumber() {
    return "NaN";
  }

  @Override
  public String limit(int rows) {
    return " limit " + rows;
  }

  @Override
  public int fetchSize() {
    return 200;
  }

  @Override
  public RowStream rows(
      Connection connection, TableQuery query, TableCursor place, DatabaseSettings settings)
      throws SQLException {
    return new CopiedRows(connection, query, place);
  }
}
