package ai.ipai.connectors.odoo.replay;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns one leaf of a domain into a test of a record. Values of timestamps carry a fraction of a
 * second that the API never shows, as the microseconds in Odoo's database do: so {@code =} on a
 * timestamp finds nothing and {@code >} finds the whole second again.
 */
record LeafCompiler(Recording recording, RecordedModel model, Viewer viewer) {

  Predicate<ObjectNode> compile(String path, String operator, JsonNode value) {
    int dot = path.indexOf('.');
    String name = dot < 0 ? path : path.substring(0, dot);
    FieldSpec field = model.field(name);
    if (!model.knows(name)) {
      throw OdooFault.value(
          "Invalid field %s.%s in leaf ('%s', '%s', %s)"
              .formatted(model.name(), name, path, operator, python(value)));
    }
    viewer.user().checkField(model, name);
    if (dot >= 0) {
      return dotted(name, path.substring(dot + 1), operator, value);
    }
    if (field != null && !field.searchable()) {
      return row -> true;
    }
    if (!model.hasValues(name)) {
      throw OdooFault.notRecorded("values of " + model.name() + "." + name);
    }
    if (operator.equals("child_of")) {
      return childOf(name, value);
    }
    String type = field == null ? "char" : field.type();
    return row -> matches(type, row.path(name), operator, value);
  }

  private Predicate<ObjectNode> dotted(String name, String rest, String operator, JsonNode value) {
    FieldSpec field = model.field(name);
    if (field == null || field.relation().isEmpty() || !recording.has(field.relation())) {
      throw OdooFault.notRecorded("the target of " + model.name() + "." + name);
    }
    RecordedModel target = recording.model(field.relation());
    Predicate<ObjectNode> inner =
        new LeafCompiler(recording, target, viewer).compile(rest, operator, value);
    Set<Long> ids = new HashSet<>();
    target
        .records()
        .forEach(
            (id, row) -> {
              if (inner.test(row)) {
                ids.add(id);
              }
            });
    return row -> ids(row.path(name)).stream().anyMatch(ids::contains);
  }

  private Predicate<ObjectNode> childOf(String name, JsonNode value) {
    if (!name.equals("id") || model.field("parent_id") == null) {
      throw OdooFault.notRecorded("child_of on " + model.name() + "." + name);
    }
    Set<Long> roots = numbers(value);
    return row -> {
      ObjectNode at = row;
      for (int depth = 0; depth < 100; depth++) {
        if (roots.contains(at.get("id").longValue())) {
          return true;
        }
        JsonNode parent = at.path("parent_id");
        ObjectNode up = parent.isArray() ? model.records().get(parent.get(0).longValue()) : null;
        if (up == null) {
          return false;
        }
        at = up;
      }
      return false;
    };
  }

  private static boolean matches(String type, JsonNode stored, String operator, JsonNode value) {
    return switch (operator) {
      case "=", "==" -> isEqual(type, stored, value);
      case "!=", "<>" -> !isEqual(type, stored, value);
      case "in" -> isIn(type, stored, value);
      case "not in" -> !isIn(type, stored, value);
      case "<" -> compares(type, stored, value, sign -> sign < 0);
      case "<=" -> compares(type, stored, endOfDay(type, value), sign -> sign <= 0);
      case ">" -> compares(type, stored, endOfDay(type, value), sign -> sign > 0);
      case ">=" -> compares(type, stored, value, sign -> sign >= 0);
      case "like" -> like(stored, "%" + value.asString() + "%", false);
      case "ilike" -> like(stored, "%" + value.asString() + "%", true);
      case "not like" -> !like(stored, "%" + value.asString() + "%", false);
      case "not ilike" -> !like(stored, "%" + value.asString() + "%", true);
      case "=like" -> like(stored, value.asString(), false);
      case "=ilike" -> like(stored, value.asString(), true);
      default -> throw OdooFault.value("Invalid operator '" + operator + "'");
    };
  }

  private static boolean isEqual(String type, JsonNode stored, JsonNode value) {
    if (value.isArray()) {
      return isIn(type, stored, value);
    }
    if (RecordedModel.isEmpty(value) && !value.isArray()) {
      return type.equals("boolean")
          ? !stored.booleanValue(false)
          : RecordedModel.isEmpty(stored)
              || (stored.isNumber() && stored.decimalValue().signum() == 0);
    }
    if (stored.isArray()) {
      return value.isNumber()
          ? ids(stored).contains(value.longValue())
          : like(stored, value.asString(), false);
    }
    if (type.equals("boolean")) {
      return stored.booleanValue(false) == value.booleanValue(value.asString().equals("1"));
    }
    if (type.equals("datetime")) {
      return !RecordedModel.isEmpty(stored) && timestamp(stored).equals(value.asString());
    }
    if (stored.isNumber() && value.isNumber()) {
      return stored.decimalValue().compareTo(value.decimalValue()) == 0;
    }
    return !RecordedModel.isEmpty(stored) && stored.asString().equals(value.asString());
  }

  private static boolean isIn(String type, JsonNode stored, JsonNode values) {
    if (!values.isArray()) {
      return isEqual(type, stored, values);
    }
    return values.valueStream().anyMatch(value -> isEqual(type, stored, value));
  }

  private static boolean compares(String type, JsonNode stored, JsonNode value, IntPredicate sign) {
    if (RecordedModel.isEmpty(stored) && !type.equals("boolean")) {
      return false;
    }
    if (stored.isArray()) {
      return stored.size() == 2
          && value.isNumber()
          && sign.test(stored.get(0).decimalValue().compareTo(value.decimalValue()));
    }
    if (stored.isNumber()) {
      return value.isNumber() && sign.test(stored.decimalValue().compareTo(value.decimalValue()));
    }
    String left = type.equals("datetime") ? timestamp(stored) : stored.asString();
    return sign.test(left.compareTo(value.asString()));
  }

  private static String timestamp(JsonNode stored) {
    return stored.asString() + ".250000";
  }

  /** A bare date stands for the end of that day after {@code >} and {@code <=}. */
  private static JsonNode endOfDay(String type, JsonNode value) {
    return type.equals("datetime") && value.asString("").length() == 10
        ? value.isString()
            ? Recording.JSON.getNodeFactory().stringNode(value.stringValue() + " 23:59:59.999999")
            : value
        : value;
  }

  private static boolean like(JsonNode stored, String pattern, boolean ignoreCase) {
    if (RecordedModel.isEmpty(stored)) {
      return false;
    }
    String text = stored.isArray() ? stored.path(1).asString("") : stored.asString();
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      regex.append(c == '%' ? ".*" : c == '_' ? "." : Pattern.quote(String.valueOf(c)));
    }
    String left = ignoreCase ? text.toLowerCase(Locale.ROOT) : text;
    String right = ignoreCase ? regex.toString().toLowerCase(Locale.ROOT) : regex.toString();
    return Pattern.compile(right.replace("\\q", "\\Q").replace("\\e", "\\E"), Pattern.DOTALL)
        .matcher(left)
        .matches();
  }

  static Set<Long> ids(JsonNode value) {
    Set<Long> ids = new HashSet<>();
    if (value.isArray() && value.size() == 2 && !value.get(1).isNumber()) {
      ids.add(value.get(0).longValue());
    } else if (value.isArray()) {
      value.forEach(id -> ids.add(id.longValue()));
    } else if (value.isNumber()) {
      ids.add(value.longValue());
    }
    return ids;
  }

  private static Set<Long> numbers(JsonNode value) {
    return ids(value);
  }

  private static String python(JsonNode value) {
    return value.isString()
        ? "'" + value.stringValue() + "'"
        : value.isBoolean() ? (value.booleanValue() ? "True" : "False") : value.toString();
  }
}
