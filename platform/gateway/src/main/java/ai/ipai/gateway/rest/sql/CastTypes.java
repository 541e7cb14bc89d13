package ai.ipai.gateway.rest.sql;

import ai.ipai.gateway.rest.catalog.Catalog;
import ai.ipai.gateway.rest.fault.RestFault;
import ai.ipai.spi.name.QualifiedName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The types that a request may cast to: those of PostgreSQL, by its words for them as well, and
 * those of the schemas that the request sees. What it writes is looked up, never repeated.
 */
final class CastTypes {
  private static final String BUILT_IN = "pg_catalog";

  private static final Map<String, String> WORDS =
      Map.ofEntries(
          Map.entry("int", "int4"),
          Map.entry("integer", "int4"),
          Map.entry("bigint", "int8"),
          Map.entry("smallint", "int2"),
          Map.entry("real", "float4"),
          Map.entry("float", "float8"),
          Map.entry("double precision", "float8"),
          Map.entry("decimal", "numeric"),
          Map.entry("dec", "numeric"),
          Map.entry("boolean", "bool"),
          Map.entry("character varying", "varchar"),
          Map.entry("char varying", "varchar"),
          Map.entry("national character varying", "varchar"),
          Map.entry("bit varying", "varbit"),
          Map.entry("timestamp without time zone", "timestamp"),
          Map.entry("timestamp with time zone", "timestamptz"),
          Map.entry("time without time zone", "time"),
          Map.entry("time with time zone", "timetz"));

  /** Those that mean one character, or one bit, where no length is given. */
  private static final Map<String, String> SINGLE =
      Map.of(
          "char", "character",
          "character", "character",
          "nchar", "character",
          "national character", "character",
          "bit", "bit");

  private final Catalog catalog;
  private final List<String> schemas;

  CastTypes(Catalog catalog, String schema, List<String> extra) {
    this.catalog = catalog;
    List<String> all = new ArrayList<>();
    all.add(BUILT_IN);
    all.add(schema);
    all.addAll(extra);
    this.schemas = all;
  }

  void append(Sql sql, String written) {
    String name = written.toLowerCase(Locale.ROOT).replaceAll(" +", " ");
    String single = SINGLE.get(name);
    if (single != null) {
      sql.raw(single);
      return;
    }
    String wanted = WORDS.getOrDefault(name, name);
    for (String schema : schemas) {
      if (catalog.types().getOrDefault(schema, Set.of()).contains(wanted)) {
        sql.name(QualifiedName.of(schema, wanted));
        return;
      }
    }
    throw new RestFault(400, "42704", "type \"" + name + "\" does not exist", null, null);
  }
}
