package ai.ipai.connectors.odoo.replay;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A model's fields and records.
 *
 * @param fields in the recorded order
 * @param records by id, ascending
 */
record RecordedModel(String name, Map<String, FieldSpec> fields, Map<Long, ObjectNode> records) {
  /** Models whose own default order matters, as their Python classes declare it. */
  private static final Map<String, String> ORDERS =
      Map.ofEntries(
          Map.entry("res.partner", "complete_name asc, id desc"),
          Map.entry("res.currency", "active desc, name"),
          Map.entry("product.product", "default_code, name, id"),
          Map.entry("product.template", "is_favorite desc, name"),
          Map.entry("product.category", "complete_name"),
          Map.entry("account.account", "code, id"),
          Map.entry("account.move", "date desc, name desc, invoice_date desc, id desc"),
          Map.entry("account.move.line", "date desc, move_name desc, id"),
          Map.entry("account.payment", "date desc, name desc"),
          Map.entry("sale.order", "date_order desc, id desc"),
          Map.entry("sale.order.line", "order_id, sequence, id"),
          Map.entry("purchase.order", "priority desc, id desc"),
          Map.entry("crm.lead", "priority desc, id desc"),
          Map.entry("project.task", "priority desc, sequence, id desc"),
          Map.entry("hr.employee", "name"),
          Map.entry("stock.move", "sequence, id"),
          Map.entry("ir.model", "name"));

  private static final Set<String> RECORDED_WITHOUT_DESCRIPTION = Set.of("id", "display_name");

  String defaultOrder() {
    return ORDERS.getOrDefault(name, "id");
  }

  /** Null for a name that the model does not have. */
  @Nullable FieldSpec field(String field) {
    return fields.get(field);
  }

  boolean knows(String field) {
    return fields.containsKey(field)
        || RECORDED_WITHOUT_DESCRIPTION.contains(field)
        || records.values().stream().findFirst().map(row -> row.has(field)).orElse(false);
  }

  /** Whether there are values to look at, and not only a description. */
  boolean hasValues(String field) {
    return records.isEmpty()
        || records.values().stream().findFirst().map(row -> row.has(field)).orElse(false);
  }

  boolean hasActive() {
    FieldSpec active = fields.get("active");
    return active != null && hasValues("active");
  }

  /** Whether {@code node} is what Odoo sends for null. */
  static boolean isEmpty(JsonNode node) {
    return node.isNull()
        || node.isMissingNode()
        || (node.isBoolean() && !node.booleanValue())
        || (node.isArray() && node.isEmpty());
  }
}
