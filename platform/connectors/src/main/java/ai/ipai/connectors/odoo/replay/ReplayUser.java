package ai.ipai.connectors.odoo.replay;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A recorded user and his rights, as far as they were recorded.
 *
 * @param company his own
 * @param deniedModels models whose records he may not read
 * @param fields for models where some fields are hidden from him, those that are not
 * @param ownOnly models of which he sees only records that are his or nobody's
 */
record ReplayUser(
    long id,
    String login,
    String name,
    long company,
    Set<Long> companies,
    List<String> deniedModels,
    Map<String, Set<String>> fields,
    Set<String> ownOnly) {

  static ReplayUser of(ObjectNode row, JsonNode rights) {
    Set<Long> companies = new HashSet<>();
    row.path("company_ids").forEach(id -> companies.add(id.longValue()));
    JsonNode mine = rights.path(row.path("login").stringValue(""));
    Map<String, Set<String>> fields = new HashMap<>();
    mine.path("fields")
        .properties()
        .forEach(
            entry -> {
              Set<String> names = new HashSet<>();
              entry.getValue().forEach(name -> names.add(name.stringValue()));
              fields.put(entry.getKey(), names);
            });
    return new ReplayUser(
        row.get("id").longValue(),
        row.path("login").stringValue(""),
        row.path("name").stringValue(""),
        row.path("company_id").get(0).longValue(),
        companies,
        words(mine.path("denied")),
        fields,
        Set.copyOf(words(mine.path("own_only"))));
  }

  private static List<String> words(JsonNode list) {
    return list.valueStream().map(JsonNode::stringValue).toList();
  }

  void checkModel(RecordedModel model) {
    boolean denied =
        deniedModels.stream()
            .anyMatch(
                pattern ->
                    pattern.endsWith("*")
                        ? model.name().startsWith(pattern.substring(0, pattern.length() - 1))
                        : model.name().equals(pattern));
    if (denied) {
      throw OdooFault.access(
          "You are not allowed to access '%s' (%s) records."
              .formatted(title(model.name()), model.name()));
    }
  }

  void checkField(RecordedModel model, String field) {
    Set<String> visible = fields.get(model.name());
    if (visible != null && !visible.contains(field) && !field.equals("id")) {
      throw OdooFault.access(
          "You do not have enough rights to access the fields \"%s\" on %s (%s). Please contact your system administrator.\n\nOperation: read\nUser: %d\nFields:\n- %s"
              .formatted(field, title(model.name()), model.name(), id, field));
    }
  }

  boolean mayKnow(RecordedModel model, String field) {
    return Optional.ofNullable(fields.get(model.name()))
        .map(set -> set.contains(field))
        .orElse(true);
  }

  boolean ownsOrMaySee(String model, ObjectNode row) {
    if (!ownOnly.contains(model)) {
      return true;
    }
    JsonNode owner = row.path("user_id");
    return !owner.isArray() || owner.get(0).longValue() == id;
  }

  private static String title(String model) {
    return switch (model) {
      case "res.partner" -> "Contact";
      case "account.move" -> "Journal Entry";
      default -> model;
    };
  }
}
