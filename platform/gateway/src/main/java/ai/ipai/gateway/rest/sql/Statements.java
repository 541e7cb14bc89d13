package ai.ipai.gateway.rest.sql;

import ai.ipai.gateway.rest.catalog.Catalog;
import ai.ipai.gateway.rest.catalog.Routine;
import ai.ipai.gateway.rest.plan.BodyForm;
import ai.ipai.gateway.rest.plan.BodyForm.BuiltIn;
import ai.ipai.gateway.rest.plan.RestPlan;
import ai.ipai.gateway.rest.plan.WritePlan;
import ai.ipai.gateway.rest.request.MediaType;
import ai.ipai.gateway.rest.request.Preferences;
import ai.ipai.gateway.rest.request.Preferences.Representation;
import ai.ipai.gateway.rest.request.Preferences.Resolution;
import ai.ipai.gateway.rest.request.RestRequest;
import ai.ipai.gateway.rest.setting.RestSettings;
import ai.ipai.spi.name.SqlText;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The one statement of a request. Its one row has: rows in all, rows of this page, location, body,
 * headers and status that functions have set, rows that were inserted.
 */
public final class Statements {
  private static final String SETTINGS =
      " AS body, nullif(current_setting('response.headers', true), '') AS response_headers,"
          + " nullif(current_setting('response.status', true), '') AS response_status, ";
  private static final String NO_LOCATION = "array[]::text[]";

  private final Catalog catalog;
  private final RestSettings settings;
  private final RestRequest request;

  public Statements(Catalog catalog, RestSettings settings, RestRequest request) {
    this.catalog = catalog;
    this.settings = settings;
    this.request = request;
  }

  private Expressions expressions(Sql sql) {
    return new Expressions(
        sql, catalog, new CastTypes(catalog, request.schema(), settings.extraSearchPath()));
  }

  /** Does it all. */
  public Query main(RestPlan plan) {
    Sql sql = new Sql();
    if (plan.negotiation().type() instanceof MediaType.Explained explained) {
      explain(sql, explained.asJson(), explained.options());
    }
    switch (plan) {
      case RestPlan.ReadRows read -> read(sql, read);
      case RestPlan.WriteRows write -> write(sql, write);
      case RestPlan.CallRoutine call -> call(sql, call);
    }
    return sql.query();
  }

  /** What the planner expects that there are, as JSON. */
  public Query planned(RestPlan plan) {
    Sql sql = new Sql();
    explain(sql, true, List.of());
    new ReadSql(sql, expressions(sql)).count(plan.read());
    return sql.query();
  }

  private static void explain(Sql sql, boolean asJson, List<String> options) {
    sql.raw(asJson ? "EXPLAIN (FORMAT JSON" : "EXPLAIN (FORMAT TEXT");
    options.forEach(
        option ->
            sql.raw(
                switch (option) {
                  case "analyze" -> ", ANALYZE";
                  case "verbose" -> ", VERBOSE";
                  case "settings" -> ", SETTINGS";
                  case "buffers" -> ", BUFFERS";
                  case "wal" -> ", WAL";
                  default -> throw new IllegalStateException(option.toLowerCase(Locale.ROOT));
                }));
    sql.raw(") ");
  }

  private void read(Sql sql, RestPlan.ReadRows plan) {
    ReadSql reads = new ReadSql(sql, expressions(sql));
    sql.raw("WITH pgrst_source AS ( ");
    reads.query(plan.read());
    sql.raw(" ) ");
    String total = count(sql, reads, plan, "pg_catalog.count(_postgrest_t)");
    sql.raw(" SELECT ").raw(total).raw(" AS total_result_set, ");
    sql.raw("pg_catalog.count(_postgrest_t) AS page_total, ");
    body(sql, plan.negotiation().form(), Optional.empty());
    sql.raw(SETTINGS).raw("'' AS response_inserted ");
    sql.raw("FROM ( SELECT * FROM pgrst_source ) _postgrest_t");
  }

  /** Adds a query for the number of all rows where the page is not all of them. */
  private String count(Sql sql, ReadSql reads, RestPlan plan, String page) {
    Preferences preferences = request.preferences();
    if (!preferences.countsRows()) {
      return "null::bigint";
    }
    if (settings.maxRows().isEmpty() && request.range().isAll()) {
      return page;
    }
    sql.raw(", pgrst_source_count AS (");
    reads.count(plan.read());
    boolean isEstimate =
        preferences.asksPlanner()
            && plan instanceof RestPlan.ReadRows
            && settings.maxRows().isPresent();
    if (isEstimate) {
      sql.raw(" LIMIT ").number(settings.maxRows().getAsLong() + 1);
    }
    sql.raw(")");
    return "(SELECT pg_catalog.count(*) FROM pgrst_source_count)";
  }

  private void write(Sql sql, RestPlan.WriteRows plan) {
    Expressions expressions = expressions(sql);
    sql.raw("WITH pgrst_source AS (");
    new WriteSql(sql, expressions).change(plan.write());
    sql.raw(") SELECT '' AS total_result_set, ");
    sql.raw("pg_catalog.count(_postgrest_t) AS page_total, ");
    location(sql, plan.write());
    sql.raw(" AS header, ");
    body(sql, plan.negotiation().form(), Optional.empty());
    sql.raw(SETTINGS).raw(inserted(plan.write())).raw(" AS response_inserted FROM (");
    if (plan.negotiation().form() == BuiltIn.NONE) {
      sql.raw("SELECT * FROM pgrst_source");
    } else {
      new ReadSql(sql, expressions).query(plan.read());
    }
    sql.raw(") _postgrest_t");
  }

  private String inserted(WritePlan write) {
    boolean merges =
        request.preferences().resolution().filter(Resolution.MERGE_DUPLICATES::equals).isPresent();
    boolean counts = write instanceof WritePlan.Insert insert && (insert.isPut() || merges);
    return counts ? "nullif(current_setting('pgrst.inserted', true), '')::int" : "''";
  }

  private void location(Sql sql, WritePlan write) {
    boolean isWanted = request.preferences().returns(Representation.HEADERS_ONLY);
    if (!isWanted || !(write instanceof WritePlan.Insert insert)) {
      sql.raw(NO_LOCATION);
      return;
    }
    String keys =
        insert.primaryKey().stream().map(SqlText::literal).collect(Collectors.joining(","));
    sql.raw("CASE WHEN pg_catalog.count(_postgrest_t) = 1 THEN coalesce((")
        .raw("WITH data AS (SELECT row_to_json(_) AS row FROM pgrst_source AS _ LIMIT 1) ")
        .raw("SELECT array_agg(json_data.key || '=' || coalesce('eq.' || json_data.value,")
        .raw(" 'is.null')) FROM data CROSS JOIN json_each_text(data.row) AS json_data")
        .raw(" WHERE json_data.key IN (")
        .catalog(keys.isEmpty() ? "''" : keys)
        .raw(")), array[]::text[]) ELSE array[]::text[] END");
  }

  private void call(Sql sql, RestPlan.CallRoutine plan) {
    Expressions expressions = expressions(sql);
    ReadSql reads = new ReadSql(sql, expressions);
    Routine routine = plan.call().routine();
    String page = routine.isSet() ? "pg_catalog.count(_postgrest_t)" : "1";
    sql.raw("WITH pgrst_source AS (");
    new CallSql(sql, expressions).call(plan.call());
    sql.raw(") ");
    String total = count(sql, reads, plan, page);
    sql.raw(" SELECT ").raw(total).raw(" AS total_result_set, ");
    sql.raw(page).raw(" AS page_total, ");
    body(sql, plan.negotiation().form(), Optional.of(routine));
    sql.raw(SETTINGS).raw("'' AS response_inserted FROM (");
    reads.query(plan.read());
    sql.raw(") _postgrest_t");
  }

  private static void body(Sql sql, BodyForm form, Optional<Routine> routine) {
    switch (form) {
      case BuiltIn builtIn -> sql.raw(builtIn(builtIn, routine));
      case BodyForm.Custom custom -> {
        boolean isScalar = routine.filter(Routine::returnsScalar).isPresent();
        sql.name(custom.function()).raw("(_postgrest_t");
        if (isScalar) {
          sql.raw(".pgrst_scalar");
        } else {
          custom.target().ifPresent(target -> sql.raw("::").name(target));
        }
        sql.raw(")");
      }
    }
  }

  private static String builtIn(BuiltIn form, Optional<Routine> routine) {
    boolean isScalar = routine.filter(Routine::returnsScalar).isPresent();
    boolean isScalars = routine.filter(Routine::returnsSetOfScalar).isPresent();
    boolean isOne = isScalar || routine.filter(Routine::returnsSingleComposite).isPresent();
    String all =
        isScalar || isScalars ? "json_agg(_postgrest_t.pgrst_scalar)" : "json_agg(_postgrest_t)";
    return switch (form) {
      case JSON -> whole(isOne ? all + "->0" : all, isOne, false);
      case JSON_WITHOUT_NULLS -> whole(isOne ? all + "->0" : all, isOne, true);
      case SINGLE -> whole(single(isScalar), true, false);
      case SINGLE_WITHOUT_NULLS -> whole(single(isScalar), true, true);
      case CSV -> CSV;
      case GEOJSON ->
          "json_build_object('type', 'FeatureCollection', 'features',"
              + " coalesce(json_agg(ST_AsGeoJSON(_postgrest_t)::json), '[]'))";
      case NONE -> "''::text";
    };
  }

  private static String single(boolean isScalar) {
    return isScalar ? "json_agg(_postgrest_t.pgrst_scalar)->0" : "json_agg(_postgrest_t)->0";
  }

  private static String whole(String value, boolean isOne, boolean withoutNulls) {
    return "coalesce("
        + (withoutNulls ? "json_strip_nulls(" + value + ")" : value)
        + (isOne ? ", 'null')" : ", '[]')");
  }

  private static final String CSV =
      "(SELECT coalesce(string_agg(a.k, ','), '') FROM (SELECT json_object_keys(r)::text AS k"
          + " FROM (SELECT row_to_json(hh) AS r FROM pgrst_source AS hh LIMIT 1) s) a)"
          + " || '\n' || coalesce(string_agg(substring(_postgrest_t::text, 2,"
          + " length(_postgrest_t::text) - 2), '\n'), '')";
}
