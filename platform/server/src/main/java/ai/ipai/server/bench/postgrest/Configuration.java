package ai.ipai.server.bench.postgrest;

import ai.ipai.server.bench.haskell.Unreadable;
import ai.ipai.server.bench.haskell.Value;
import ai.ipai.server.bench.haskell.Values;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The record of settings that the specs run under, as the variables by which a server is told. What
 * concerns the specs' own pool, log and ports is passed over.
 */
final class Configuration {
  private static final Map<String, String> PLAIN =
      Map.ofEntries(
          Map.entry("configDbAggregates", "DB_AGGREGATES_ENABLED"),
          Map.entry("configDbAnonRole", "DB_ANON_ROLE"),
          Map.entry("configDbExtraSearchPath", "DB_EXTRA_SEARCH_PATH"),
          Map.entry("configDbHoistedTxSettings", "DB_HOISTED_TX_SETTINGS"),
          Map.entry("configDbMaxRows", "DB_MAX_ROWS"),
          Map.entry("configDbPlanEnabled", "DB_PLAN_ENABLED"),
          Map.entry("configDbPreRequest", "DB_PRE_REQUEST"),
          Map.entry("configDbPreparedStatements", "DB_PREPARED_STATEMENTS"),
          Map.entry("configDbRootSpec", "DB_ROOT_SPEC"),
          Map.entry("configDbSchemas", "DB_SCHEMAS"),
          Map.entry("configDbConfig", "DB_CONFIG"),
          Map.entry("configDbPreConfig", "DB_PRE_CONFIG"),
          Map.entry("configJwtAudience", "JWT_AUD"),
          Map.entry("configJwtSecret", "JWT_SECRET"),
          Map.entry("configJwtSecretIsBase64", "JWT_SECRET_IS_BASE64"),
          Map.entry("configJwtCacheMaxEntries", "JWT_CACHE_MAX_ENTRIES"),
          Map.entry("configOpenApiSecurityActive", "OPENAPI_SECURITY_ACTIVE"),
          Map.entry("configOpenApiServerProxyUri", "OPENAPI_SERVER_PROXY_URI"),
          Map.entry("configServerCorsAllowedOrigins", "SERVER_CORS_ALLOWED_ORIGINS"),
          Map.entry("configServerTraceHeader", "SERVER_TRACE_HEADER"),
          Map.entry("configServerTimingEnabled", "SERVER_TIMING_ENABLED"),
          Map.entry("configUrlUseLegacyTargetNames", "URL_USE_LEGACY_TARGET_NAMES"));

  /** Settings where an empty text is another thing than none. */
  private static final Set<String> EMPTYABLE = Set.of("DB_EXTRA_SEARCH_PATH");

  private static final Map<String, String> MODES =
      Map.of(
          "OAFollowPriv", "follow-privileges",
          "OAIgnorePriv", "ignore-privileges",
          "OADisabled", "disabled");

  private Configuration() {}

  static Map<String, String> of(Value value) {
    if (!(Value.of(value) instanceof Value.Fields record)) {
      throw new Unreadable("settings that are no record");
    }
    Map<String, String> variables = new TreeMap<>();
    PLAIN.forEach(
        (field, variable) -> {
          if (record.fields().containsKey(field)) {
            put(variables, variable, text(Values.field(record, field)));
          }
        });
    put(variables, "DB_TX_END", transactionEnd(record));
    put(variables, "OPENAPI_MODE", word(record, "configOpenApiMode", MODES));
    put(
        variables,
        "CLIENT_ERROR_VERBOSITY",
        word(
            record,
            "configClientErrorVerbosity",
            Map.of("Verbose", "verbose", "Minimal", "minimal")));
    appSettings(record, variables);
    return variables;
  }

  private static void put(Map<String, String> variables, String name, @Nullable String text) {
    if (text != null && (!text.isEmpty() || EMPTYABLE.contains(name))) {
      variables.put("PGRST_" + name, text);
    }
  }

  /** Null for none. */
  private static @Nullable String text(Value value) {
    Value known = Value.of(value);
    if (known.equals(Value.NOTHING)) {
      return null;
    }
    if (known.equals(Value.TRUE) || known.equals(Value.FALSE)) {
      return Boolean.toString(Values.isTrue(known));
    }
    return switch (known) {
      case Value.Constructed some when some.name().equals("Just") -> text(some.fields().getFirst());
      case Value.Constructed name when name.name().equals("QualifiedIdentifier") ->
          name.fields().stream()
              .map(Values::text)
              .filter(part -> !part.isEmpty())
              .collect(Collectors.joining("."));
      case Value.Numeral number -> number.number().toPlainString();
      case Value.Sequence items ->
          items.items().stream().map(Values::text).collect(Collectors.joining(","));
      default -> Values.text(known);
    };
  }

  private static @Nullable String transactionEnd(Value.Fields record) {
    if (!record.fields().containsKey("configDbTxRollbackAll")) {
      return null;
    }
    boolean rollsBack = Values.isTrue(Values.field(record, "configDbTxRollbackAll"));
    boolean mayOverride = Values.isTrue(Values.field(record, "configDbTxAllowOverride"));
    return (rollsBack ? "rollback" : "commit") + (mayOverride ? "-allow-override" : "");
  }

  private static @Nullable String word(
      Value.Fields record, String field, Map<String, String> words) {
    if (!record.fields().containsKey(field)) {
      return null;
    }
    String name = Values.show(Values.field(record, field));
    String word = words.get(name);
    if (word == null) {
      throw new Unreadable("the setting " + field + " of " + name);
    }
    return word;
  }

  private static void appSettings(Value.Fields record, Map<String, String> variables) {
    if (!record.fields().containsKey("configAppSettings")) {
      return;
    }
    for (Value setting : Values.items(Values.field(record, "configAppSettings"))) {
      List<Value> pair = Values.pair(setting);
      String name = Values.text(pair.getFirst()).toUpperCase(Locale.ROOT).replace('.', '_');
      put(variables, name, Values.text(pair.getLast()));
    }
  }
}
