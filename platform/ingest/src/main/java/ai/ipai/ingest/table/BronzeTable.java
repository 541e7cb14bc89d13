package ai.ipai.ingest.table;

import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes and widens one bronze table. Every method works in the caller's open transaction on the
 * loader's login.
 */
public final class BronzeTable {
  private static final String LOADER_COLUMNS =
      """
      _ipai_run_id uuid not null, _ipai_loaded_at timestamptz not null,
      _ipai_op text not null, _ipai_rescued jsonb""";

  private static final String NAMED_ELSEWHERE = "0A000";
  private static final Logger LOG = LoggerFactory.getLogger(BronzeTable.class);

  private BronzeTable() {}

  /** Made by whichever stream comes first; the others wait until its transaction ends. */
  public static void createSchema(Connection connection, String schema) throws SQLException {
    String sought = "select from pg_catalog.pg_namespace where nspname = ?";
    if (exists(connection, sought, schema)) {
      return;
    }
    exists(
        connection,
        "select pg_advisory_xact_lock(hashtextextended('ipai.schema:' || ?, 0))",
        schema);
    if (!exists(connection, sought, schema)) {
      execute(
          connection,
          "create schema " + SqlText.identifier(schema),
          "grant usage on schema " + SqlText.identifier(schema) + " to ipai_builder");
    }
  }

  public static boolean exists(Connection connection, QualifiedName table) throws SQLException {
    return exists(
        connection,
        "select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
            + " where n.nspname = ? and c.relname = ?",
        table.schema(),
        table.name());
  }

  /** Rows that are not marked as deleted, counted. */
  public static long live(Connection connection, QualifiedName table) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select count(*) from " + table.quoted() + " where _ipai_op <> 'd'")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /** Column definitions, the source's and the loader's own. */
  static String columns(TableShape shape) {
    String source = sourceColumns(shape);
    return source + (source.isEmpty() ? "" : ", ") + LOADER_COLUMNS;
  }

  static String sourceColumns(TableShape shape) {
    return shape.columns().values().stream()
        .map(BronzeColumn::definition)
        .collect(Collectors.joining(", "));
  }

  /**
   * Creates the table with its key's index and its protection.
   *
   * @param key table column names, empty for none
   */
  public static void create(
      Connection connection, QualifiedName table, TableShape shape, List<String> key)
      throws SQLException {
    execute(connection, "create table " + table.quoted() + " (" + columns(shape) + ")");
    if (!key.isEmpty()) {
      StageTable.index(connection, table, key, "");
    }
    protect(connection, table, shape);
  }

  /** Creates the table of rows that a contract keeps out, protected as any other. */
  public static void createDiscarded(Connection connection, QualifiedName table)
      throws SQLException {
    execute(
        connection,
        "create table "
            + table.quoted()
            + " (_ipai_run_id uuid not null, _ipai_loaded_at timestamptz not null,"
            + " reasons jsonb not null, source_row jsonb not null)");
    protect(connection, table, TableShape.empty());
  }

  /** Deny by default: only the loader writes, only the builder reads; grants come by policies. */
  static void protect(Connection connection, QualifiedName table, TableShape shape)
      throws SQLException {
    List<String> statements = new ArrayList<>();
    shape.columns().values().forEach(column -> comment(table, column, statements));
    String name = table.quoted();
    statements.add("alter table " + name + " enable row level security");
    statements.add("alter table " + name + " force row level security");
    statements.add("grant select on table " + name + " to ipai_builder");
    statements.add(
        "create policy ipai_loader on "
            + name
            + " for all to ipai_loader using (true) with check (true)");
    statements.add(
        "create policy ipai_builder on " + name + " for select to ipai_builder using (true)");
    execute(connection, statements.toArray(String[]::new));
  }

  /**
   * Adds the columns that {@code wanted} has more than {@code have}, and widens others. A column
   * that a row filter or a view names keeps its type, since PostgreSQL lets nobody change it.
   *
   * @return what the table has now
   */
  public static TableShape evolve(
      Connection connection, QualifiedName table, TableShape have, TableShape wanted)
      throws SQLException {
    Map<String, BronzeColumn> columns = new LinkedHashMap<>(wanted.columns());
    List<String> comments = new ArrayList<>();
    for (BronzeColumn column : wanted.columns().values()) {
      BronzeColumn known = have.columns().get(column.source());
      if (known == null) {
        execute(connection, "alter table " + table.quoted() + " add column " + column.definition());
        comment(table, column, comments);
      } else if (known.type() != column.type() && !widens(connection, table, column)) {
        columns.put(
            column.source(),
            new BronzeColumn(column.source(), column.name(), known.type(), column.comment()));
      }
    }
    execute(connection, comments.toArray(String[]::new));
    return new TableShape(columns);
  }

  private static boolean widens(Connection connection, QualifiedName table, BronzeColumn column)
      throws SQLException {
    String name = SqlText.identifier(column.name());
    String type = column.type().sqlName();
    Savepoint before = connection.setSavepoint();
    try {
      execute(
          connection,
          "alter table %s alter column %s type %s using %s::%s"
              .formatted(table.quoted(), name, type, name, type));
      connection.releaseSavepoint(before);
      return true;
    } catch (SQLException failure) {
      if (!NAMED_ELSEWHERE.equals(failure.getSQLState())) {
        throw failure;
      }
      connection.rollback(before);
      LOG.warn(
          "column {} of {} keeps its type: {}; what does not fit is rescued",
          column.name(),
          table,
          failure.getMessage());
      return false;
    }
  }

  /** Of these columns those that the table has, as it has them. */
  public static TableShape standing(Connection connection, QualifiedName table, TableShape shape)
      throws SQLException {
    Map<String, String> types = new HashMap<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            select attname, format_type(atttypid, atttypmod) from pg_catalog.pg_attribute
            where attrelid = ?::regclass and attnum > 0 and not attisdropped
            """)) {
      statement.setString(1, table.quoted());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          types.put(rows.getString(1), rows.getString(2));
        }
      }
    }
    Map<String, BronzeColumn> standing = new LinkedHashMap<>();
    for (BronzeColumn column : shape.columns().values()) {
      for (ColumnType type : ColumnType.values()) {
        if (type.sqlName().equals(types.get(column.name()))) {
          standing.put(
              column.source(),
              new BronzeColumn(column.source(), column.name(), type, column.comment()));
        }
      }
    }
    return new TableShape(standing);
  }

  public static void drop(Connection connection, QualifiedName table) throws SQLException {
    execute(connection, "drop table if exists " + table.quoted());
  }

  public static String identifiers(List<String> names) {
    return names.stream().map(SqlText::identifier).collect(Collectors.joining(", "));
  }

  public static void execute(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  static boolean exists(Connection connection, String sql, String... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }

  private static void comment(QualifiedName table, BronzeColumn column, List<String> statements) {
    if (!column.remark().isEmpty()) {
      statements.add(
          "comment on column %s.%s is %s"
              .formatted(
                  table.quoted(),
                  SqlText.identifier(column.name()),
                  SqlText.literal(column.remark().replace("\0", ""))));
    }
  }
}
