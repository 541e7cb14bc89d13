package ai.ipai.gateway.rest.catalog;

import ai.ipai.gateway.rest.setting.RestSettings;
import ai.ipai.spi.name.QualifiedName;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Reads the catalog of a database; one transaction with an empty search path. */
public final class CatalogReader {
  private static final int INSERT = 8;
  private static final int UPDATE = 4;
  private static final int DELETE = 16;

  private final Connection connection;
  private final RestSettings settings;
  private final String[] schemas;
  private final String[] searched;
  private final String[] roles;

  private CatalogReader(Connection connection, RestSettings settings, Set<String> roles) {
    this.connection = connection;
    this.settings = settings;
    this.schemas = settings.schemas().toArray(String[]::new);
    List<String> all = new ArrayList<>(settings.schemas());
    all.addAll(settings.extraSearchPath());
    this.searched = all.toArray(String[]::new);
    this.roles = roles.toArray(String[]::new);
  }

  /** One row of an answer. */
  @FunctionalInterface
  private interface Row {
    void read(ResultSet row) throws SQLException;
  }

  /**
   * Reads everything.
   *
   * @param roles whose privileges are of interest
   */
  public static Catalog read(Connection connection, RestSettings settings, Set<String> roles)
      throws SQLException {
    return new CatalogReader(connection, settings, roles).read();
  }

  /** Those of the schemas that exist, in order; {@code gold_*} stands for all that begin so. */
  public static List<String> existing(Connection connection, List<String> patterns)
      throws SQLException {
    Set<String> found = new java.util.LinkedHashSet<>();
    for (String pattern : patterns) {
      String like =
          pattern.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%").replace("*", "%");
      try (PreparedStatement statement =
          connection.prepareStatement(
              "select nspname from pg_catalog.pg_namespace where nspname like ? order by 1")) {
        statement.setString(1, like);
        try (ResultSet rows = statement.executeQuery()) {
          while (rows.next()) {
            found.add(rows.getString(1));
          }
        }
      }
    }
    return List.copyOf(found);
  }

  private Catalog read() throws SQLException {
    List<Key> keys = keys();
    ViewKeys views = new ViewKeys(views());
    Map<QualifiedName, Table> tables = tables(keys, views);
    Map<QualifiedName, List<Relationship>> related =
        new Relationships(keys, views).all(tables, computed());
    return new Catalog(
        settings.schemas(),
        tables,
        exposed(related),
        routines(),
        representations(),
        handlers(),
        builtIns(),
        types());
  }

  /** What leads elsewhere, or through elsewhere, is not reachable. */
  private Map<QualifiedName, List<Relationship>> exposed(
      Map<QualifiedName, List<Relationship>> all) {
    Map<QualifiedName, List<Relationship>> exposed = new HashMap<>();
    all.forEach(
        (table, some) -> {
          List<Relationship> within =
              some.stream()
                  .filter(r -> isExposed(r.foreignTable()))
                  .filter(
                      r ->
                          !(r instanceof Relationship.Junction junction)
                              || isExposed(junction.through()))
                  .toList();
          if (isExposed(table)) {
            exposed.put(table, within);
          }
        });
    return exposed;
  }

  private boolean isExposed(QualifiedName name) {
    return settings.schemas().contains(name.schema());
  }

  private void each(String sql, Row row, Object... parameters) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setArray(i + 1, connection.createArrayOf("text", (Object[]) parameters[i]));
      }
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          row.read(rows);
        }
      }
    }
  }

  private static List<String> texts(ResultSet row, String column) throws SQLException {
    Array array = row.getArray(column);
    return array == null ? List.of() : List.of((String[]) array.getArray());
  }

  private static List<Integer> numbers(ResultSet row, String column) throws SQLException {
    return Arrays.asList((Integer[]) row.getArray(column).getArray());
  }

  private static QualifiedName name(ResultSet row, String schema, String name) throws SQLException {
    return QualifiedName.of(
        Objects.requireNonNullElse(row.getString(schema), ""),
        Objects.requireNonNullElse(row.getString(name), ""));
  }

  private Map<QualifiedName, Table> tables(List<Key> keys, ViewKeys views) throws SQLException {
    Map<Long, Map<String, Column>> columns = columns();
    Map<Long, List<String>> primary = new HashMap<>();
    for (Key key : keys) {
      if (key.kind() == Key.Kind.PRIMARY) {
        primary.put(key.relation(), key.columns().stream().sorted().toList());
      }
    }
    Map<QualifiedName, List<String>> ofViews = views.primaryKeys(keys);
    Map<QualifiedName, Table> tables = new HashMap<>();
    each(
        CatalogSql.TABLES,
        row -> {
          QualifiedName name = name(row, "nspname", "relname");
          long relation = row.getLong("relation");
          boolean isView = Set.of("v", "m").contains(row.getString("kind"));
          int events = row.getInt("events");
          List<String> key =
              isView
                  ? ofViews.getOrDefault(name, List.of())
                  : primary.getOrDefault(relation, List.of());
          tables.put(
              name,
              new Table(
                  name,
                  isView,
                  (events & INSERT) != 0,
                  (events & UPDATE) != 0,
                  (events & DELETE) != 0,
                  key,
                  columns.getOrDefault(relation, Map.of()),
                  Optional.ofNullable(row.getString("description")),
                  Set.copyOf(texts(row, "readers"))));
        },
        roles,
        schemas);
    return tables;
  }

  private Map<Long, Map<String, Column>> columns() throws SQLException {
    Map<Long, Map<String, Column>> columns = new HashMap<>();
    each(
        CatalogSql.COLUMNS,
        row -> {
          int length = row.getInt("max_length");
          OptionalInt maxLength = row.wasNull() ? OptionalInt.empty() : OptionalInt.of(length);
          String name = row.getString("attname");
          columns
              .computeIfAbsent(row.getLong("relation"), none -> new LinkedHashMap<>())
              .put(
                  name,
                  new Column(
                      name,
                      row.getString("type"),
                      row.getString("nominal_type"),
                      row.getBoolean("nullable"),
                      Optional.ofNullable(row.getString("default_expression")),
                      maxLength,
                      texts(row, "labels"),
                      Optional.ofNullable(row.getString("description"))));
        },
        (Object) schemas);
    return columns;
  }

  private List<Key> keys() throws SQLException {
    List<Key> keys = new ArrayList<>();
    each(
        CatalogSql.KEYS,
        row ->
            keys.add(
                new Key(
                    row.getString("conname"),
                    switch (row.getString("kind")) {
                      case "p" -> Key.Kind.PRIMARY;
                      case "u" -> Key.Kind.UNIQUE;
                      default -> Key.Kind.FOREIGN;
                    },
                    name(row, "nspname", "relname"),
                    row.getLong("relation"),
                    texts(row, "columns"),
                    numbers(row, "numbers"),
                    name(row, "foreign_schema", "foreign_table"),
                    row.getLong("foreign_relation"),
                    texts(row, "foreign_columns"),
                    numbers(row, "foreign_numbers"))));
    return keys;
  }

  private List<ViewKeys.View> views() throws SQLException {
    List<ViewKeys.View> views = new ArrayList<>();
    each(
        CatalogSql.VIEWS,
        row -> {
          Map<Integer, String> columns = new HashMap<>();
          List<String> names = texts(row, "columns");
          for (int i = 0; i < names.size(); i++) {
            columns.put(i + 1, names.get(i));
          }
          views.add(
              new ViewKeys.View(
                  row.getLong("relation"),
                  name(row, "nspname", "relname"),
                  row.getBoolean("exposed"),
                  columns,
                  NodeTree.shown(row.getString("tree"))));
        },
        schemas,
        searched);
    return views;
  }

  private List<Relationship.Computed> computed() throws SQLException {
    List<Relationship.Computed> computed = new ArrayList<>();
    each(
        CatalogSql.COMPUTED,
        row -> {
          QualifiedName table = name(row, "table_schema", "table_name");
          QualifiedName foreign = name(row, "foreign_schema", "foreign_name");
          computed.add(
              new Relationship.Computed(
                  name(row, "function_schema", "proname"),
                  table,
                  foreign,
                  row.getBoolean("one"),
                  table.equals(foreign)));
        });
    return computed;
  }

  private Map<QualifiedName, List<Routine>> routines() throws SQLException {
    Map<QualifiedName, List<Routine>> routines = new HashMap<>();
    each(
        CatalogSql.ROUTINES,
        row -> {
          List<Routine.Parameter> parameters = parameters(row);
          if (isCallable(parameters)) {
            QualifiedName name = name(row, "nspname", "proname");
            routines
                .computeIfAbsent(name, none -> new ArrayList<>())
                .add(routine(name, parameters, row));
          }
        },
        roles,
        schemas);
    routines.values().forEach(some -> some.sort(Routine.ORDER));
    return routines;
  }

  private Routine routine(QualifiedName name, List<Routine.Parameter> parameters, ResultSet row)
      throws SQLException {
    Map<String, String> config = new LinkedHashMap<>();
    for (String setting : texts(row, "settings")) {
      int equals = setting.indexOf('=');
      config.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    Map<String, String> hoisted = new LinkedHashMap<>(config);
    hoisted.keySet().retainAll(settings.hoistedSettings());
    return new Routine(
        name,
        Optional.ofNullable(row.getString("description")),
        parameters,
        name(row, "returned_schema", "returned_name"),
        row.getBoolean("proretset"),
        row.getBoolean("composite"),
        switch (row.getString("volatility")) {
          case "i" -> Routine.Volatility.IMMUTABLE;
          case "s" -> Routine.Volatility.STABLE;
          default -> Routine.Volatility.VOLATILE;
        },
        row.getBoolean("variadic"),
        Optional.ofNullable(config.get("default_transaction_isolation")),
        hoisted,
        Set.copyOf(texts(row, "callers")));
  }

  private static List<Routine.Parameter> parameters(ResultSet row) throws SQLException {
    List<String> names = texts(row, "names");
    List<String> types = texts(row, "types");
    List<String> modes = texts(row, "modes");
    int required = row.getInt("required");
    List<Routine.Parameter> parameters = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      String name = i < names.size() ? names.get(i) : "";
      String mode = i < modes.size() ? modes.get(i) : "i";
      parameters.add(
          new Routine.Parameter(
              name, types.get(i), wide(types.get(i)), i < required, mode.equals("v")));
    }
    return parameters;
  }

  /** Types that would cut a value to one character without a length. */
  private static String wide(String type) {
    return switch (type) {
      case "bit" -> "bit varying";
      case "bit[]" -> "bit varying[]";
      case "character" -> "character varying";
      case "character[]" -> "character varying[]";
      default -> type;
    };
  }

  /** All arguments have names, or there is one, of a type that a body can be. */
  private static boolean isCallable(List<Routine.Parameter> parameters) {
    long unnamed = parameters.stream().filter(p -> p.name().isEmpty()).count();
    if (unnamed == 0) {
      return true;
    }
    return unnamed == 1
        && Set.of("bytea", "json", "jsonb", "text", "xml").contains(parameters.getFirst().type());
  }

  private List<Representation> representations() throws SQLException {
    List<Representation> found = new ArrayList<>();
    each(
        CatalogSql.REPRESENTATIONS,
        row ->
            found.add(
                new Representation(
                    row.getString("source"), row.getString("target"), row.getString("function"))));
    return found;
  }

  private List<MediaHandler> handlers() throws SQLException {
    List<MediaHandler> found = new ArrayList<>();
    each(
        CatalogSql.HANDLERS,
        row -> {
          QualifiedName target = name(row, "target_schema", "target_name");
          boolean isAny = target.equals(QualifiedName.of("pg_catalog", "anyelement"));
          String media = row.getString("media");
          found.add(
              new MediaHandler(
                  name(row, "nspname", "proname"),
                  isAny ? Optional.empty() : Optional.of(target),
                  media.toLowerCase(Locale.ROOT),
                  media.equals("*/*") ? "application/octet-stream" : media));
        },
        schemas,
        schemas);
    return found;
  }

  private Set<String> builtIns() throws SQLException {
    Set<String> names = new HashSet<>();
    each(CatalogSql.BUILT_INS, row -> names.add(row.getString(1)));
    return names;
  }

  private Map<String, Set<String>> types() throws SQLException {
    Map<String, Set<String>> types = new HashMap<>();
    each(
        CatalogSql.TYPES,
        row ->
            types.computeIfAbsent(row.getString(1), none -> new HashSet<>()).add(row.getString(2)),
        (Object) searched);
    return types;
  }
}
