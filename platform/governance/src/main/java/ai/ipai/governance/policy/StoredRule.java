package ai.ipai.governance.policy;

import ai.ipai.governance.yaml.FilePlace;
import ai.ipai.spi.digest.Sha256;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * One rule as a row of {@code ipai.policy}.
 *
 * @param definition JSON in the shape of a policy file that holds this rule alone
 */
public record StoredRule(String kind, String file, int line, String definition) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  String hash() {
    return Sha256.hex(definition);
  }

  /** The rules in the order in which they are stored. */
  public static List<StoredRule> of(PolicySet policies) {
    List<StoredRule> rules = new ArrayList<>();
    policies.grants().forEach(rule -> rules.add(grant(rule)));
    policies.rowFilters().forEach(rule -> rules.add(rowFilter(rule)));
    policies.masks().forEach(rule -> rules.add(mask(rule)));
    policies.tags().forEach(rule -> rules.add(tag(rule)));
    return rules;
  }

  private static StoredRule grant(GrantRule rule) {
    Map<String, Object> item = described(rule.description());
    put(item, "to", rule.to());
    put(item, "on", rule.on());
    item.put("allow", rule.allow().stream().map(Operation::word).toList());
    return of("grant", "grants", rule.place(), item);
  }

  private static StoredRule rowFilter(RowFilterRule rule) {
    Map<String, Object> item = described(rule.description());
    put(item, "on", rule.on());
    put(item, "to", rule.to());
    put(item, "unless", rule.unless());
    switch (rule.condition()) {
      case RowCondition.ByClaim(String column, String claim) -> {
        item.put("column", column);
        item.put("claim", claim);
      }
      case RowCondition.BySql(String expression) -> item.put("using", expression);
    }
    return of("row_filter", "row_filters", rule.place(), item);
  }

  private static StoredRule mask(MaskRule rule) {
    Map<String, Object> item = described(rule.description());
    put(item, "on", rule.columns());
    put(item, "tag", rule.tags());
    item.put("with", rule.with().toString());
    put(item, "unless", rule.unless());
    return of("mask", "masks", rule.place(), item);
  }

  private static StoredRule tag(TagRule rule) {
    Map<String, Object> item = described(rule.description());
    List<Object> on = new ArrayList<>(rule.tables());
    on.addAll(rule.columns());
    put(item, "on", on);
    put(item, "tags", rule.tags());
    return of("tag", "tags", rule.place(), item);
  }

  private static Map<String, Object> described(String description) {
    Map<String, Object> item = new LinkedHashMap<>();
    if (!description.isEmpty()) {
      item.put("description", description);
    }
    return item;
  }

  private static void put(Map<String, Object> item, String key, List<?> values) {
    if (!values.isEmpty()) {
      item.put(key, values.stream().map(Object::toString).toList());
    }
  }

  private static StoredRule of(
      String kind, String section, FilePlace place, Map<String, Object> item) {
    String json = JSON.writeValueAsString(Map.of(section, List.of(item)));
    return new StoredRule(kind, place.file(), place.line(), json);
  }
}
