package ai.ipai.gateway.rest.openapi;

import ai.ipai.gateway.rest.catalog.Catalog;
import ai.ipai.gateway.rest.catalog.Routine;
import ai.ipai.gateway.rest.catalog.Table;
import ai.ipai.spi.name.QualifiedName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is described.
 *
 * @param comment of the schema
 * @param tables in the order of their names
 * @param routines in the order of their names, overloads with the most parameters last
 */
public record DescribedSchema(
    String name, Optional<String> comment, List<Table> tables, List<Routine> routines) {
  private static final String COMMENT =
      """
      select obj_description(oid, 'pg_namespace') from pg_catalog.pg_namespace where nspname = ?""";

  private static final String TABLES =
      """
      select c.relname from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname = ? and c.relkind in ('r', 'p', 'v', 'm', 'f')
        and (has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES')
             or has_any_column_privilege(c.oid, 'SELECT, INSERT, UPDATE, REFERENCES'))""";

  private static final String ROUTINES =
      """
      select p.proname || '(' || array_to_string(array(
               select format_type(u.type, null)
               from unnest(p.proargtypes::oid[]) with ordinality as u(type, ord)
               order by u.ord), ',') || ')'
      from pg_catalog.pg_proc p
        join pg_catalog.pg_namespace n on n.oid = p.pronamespace
      where n.nspname = ? and has_function_privilege(p.oid, 'EXECUTE')""";

  public DescribedSchema {
    tables = List.copyOf(tables);
    routines = List.copyOf(routines);
  }

  /** Of what is exposed, what the role of the transaction may use, or all of it. */
  public static DescribedSchema read(
      Connection connection, Catalog catalog, String schema, OpenApiSettings.Mode mode)
      throws SQLException {
    boolean follows = mode == OpenApiSettings.Mode.FOLLOW_PRIVILEGES;
    Set<String> usable = follows ? texts(connection, TABLES, schema) : Set.of();
    Set<String> callable =
        follows
            ? texts(connection, ROUTINES, schema).stream()
                .map(call -> TypeNames.unqualified(call, schema))
                .collect(Collectors.toSet())
            : Set.of();
    List<Table> tables =
        catalog.tables().values().stream()
            .filter(table -> table.name().schema().equals(schema))
            .filter(table -> !follows || usable.contains(table.name().name()))
            .sorted(Comparator.comparing(table -> table.name().name()))
            .toList();
    List<Routine> routines =
        catalog.routines().entrySet().stream()
            .filter(entry -> entry.getKey().schema().equals(schema))
            .sorted(java.util.Map.Entry.comparingByKey(byName()))
            .flatMap(entry -> entry.getValue().stream())
            .filter(routine -> !follows || callable.contains(signature(routine, schema)))
            .toList();
    return new DescribedSchema(
        schema, texts(connection, COMMENT, schema).stream().findFirst(), tables, routines);
  }

  private static Comparator<QualifiedName> byName() {
    return Comparator.comparing(QualifiedName::name);
  }

  private static String signature(Routine routine, String schema) {
    String call =
        routine.parameters().stream()
            .map(Routine.Parameter::type)
            .collect(Collectors.joining(",", routine.name().name() + "(", ")"));
    return TypeNames.unqualified(call, schema);
  }

  private static Set<String> texts(Connection connection, String sql, String schema)
      throws SQLException {
    Set<String> texts = new HashSet<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, schema);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          String text = rows.getString(1);
          if (text != null) {
            texts.add(text);
          }
        }
      }
    }
    return texts;
  }
}
