package ai.ipai.governance.publish;

import ai.ipai.governance.policy.AccessPlan;
import ai.ipai.governance.policy.ColumnMask;
import ai.ipai.spi.name.QualifiedName;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code ipai.securable.plan} remembers of a published relation: how it is stored, and what
 * was replaced and still stands.
 *
 * @param masks the masks that shaped the parts; empty for a relation in one piece
 * @param parts names in {@code ipai_part}
 * @param indexes as the model made them, for the day on which the parts are joined again
 */
record StoredPlan(
    String masks, List<String> parts, List<StoredIndex> indexes, List<Retired> retired) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * @param tail the definition from {@code using} on
   * @param columns that it depends on
   */
  record StoredIndex(boolean unique, String tail, List<String> columns) {}

  /** A version that was replaced; names in {@code ipai_part}. */
  record Retired(String name, List<String> parts) {}

  static final StoredPlan NONE = new StoredPlan("", List.of(), List.of(), List.of());

  String toJson() {
    return JSON.writeValueAsString(this);
  }

  static StoredPlan parse(String json) {
    return json.isEmpty() || json.equals("{}") ? NONE : JSON.readValue(json, StoredPlan.class);
  }

  /** Equal texts mean that parts made for the one fit the other. */
  static String signature(AccessPlan plan) {
    if (!plan.isSplit()) {
      return "";
    }
    List<String> masks = new ArrayList<>();
    for (ColumnMask mask : plan.masks()) {
      masks.add(mask.column() + " " + mask.rendering() + " " + mask.entitled());
    }
    return masks + " " + plan.filterColumns();
  }

  static QualifiedName part(String name) {
    return QualifiedName.of(PartName.SCHEMA, name);
  }
}
