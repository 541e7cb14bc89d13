package ai.ipai.connectors.odoo.replay;

import java.text.Collator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Odoo's order clause as a comparator. Empty values come last, or first when descending. */
final class RecordOrder {
  private RecordOrder() {}

  /**
   * The comparator of a clause such as {@code "write_date asc, id"}.
   *
   * @param strict whether unknown columns are an error, as in clauses that callers write
   */
  static Comparator<ObjectNode> of(RecordedModel model, String clause, boolean strict) {
    Comparator<ObjectNode> byId = Comparator.comparingLong(row -> row.get("id").longValue());
    List<Comparator<ObjectNode>> parts = new ArrayList<>();
    for (String part : clause.split(",", -1)) {
      String[] words = part.strip().split("\\s+", -1);
      String name = words[0];
      FieldSpec field = model.field(name);
      boolean unknown = !model.knows(name);
      if (strict && unknown) {
        throw OdooFault.value("Invalid field '%s' on model '%s'".formatted(name, model.name()));
      }
      if (strict && !name.equals("id") && (field == null || !field.stored())) {
        throw OdooFault.value(
            "Cannot convert %s.%s to SQL because it is not stored".formatted(model.name(), name));
      }
      if (unknown || !model.hasValues(name)) {
        continue;
      }
      boolean descending = words.length > 1 && words[1].toLowerCase(Locale.ROOT).equals("desc");
      Comparator<ObjectNode> next = comparator(field, name);
      parts.add(descending ? next.reversed() : next);
    }
    parts.add(byId);
    return parts.stream().reduce(Comparator::thenComparing).orElse(byId);
  }

  private static Comparator<ObjectNode> comparator(@Nullable FieldSpec field, String name) {
    boolean isBoolean = field != null && field.type().equals("boolean");
    Collator collator = Collator.getInstance(Locale.ROOT);
    return (a, b) -> {
      JsonNode left = a.path(name);
      JsonNode right = b.path(name);
      if (isBoolean) {
        return Boolean.compare(left.booleanValue(false), right.booleanValue(false));
      }
      boolean leftEmpty = RecordedModel.isEmpty(left);
      boolean rightEmpty = RecordedModel.isEmpty(right);
      if (leftEmpty || rightEmpty) {
        return Boolean.compare(leftEmpty, rightEmpty);
      }
      if (left.isNumber()) {
        return left.decimalValue().compareTo(right.decimalValue());
      }
      String leftText = left.isArray() ? left.path(1).asString("") : left.asString();
      String rightText = right.isArray() ? right.path(1).asString("") : right.asString();
      return collator.compare(leftText, rightText);
    };
  }
}
