package ai.ipai.connectors.odoo.replay;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The methods that write, as far as they were recorded: {@code load} (transcripts 107 to 111),
 * {@code write} (038 to 052) and {@code unlink} (082, 083). All or nothing, each. What Odoo
 * computes from what is written is not computed.
 */
final class RecordChanges {
  private static final JsonNodeFactory NODES = Recording.JSON.getNodeFactory();
  private static final Set<String> IGNORED =
      Set.of("create_date", "write_date", "create_uid", "write_uid");
  private static final String NOW = "2026-11-23 08:40:00";

  private final Recording recording;
  private final RecordedModel model;

  RecordChanges(Recording recording, RecordedModel model, ReplayUser user) {
    this.recording = recording;
    this.model = model;
    user.checkModel(model);
  }

  JsonNode load(JsonNode args) {
    List<String> columns = args.path(0).valueStream().map(JsonNode::asString).toList();
    ArrayNode messages = NODES.arrayNode();
    List<ObjectNode> ready = new ArrayList<>();
    List<String> names = new ArrayList<>();
    int row = 0;
    for (JsonNode cells : args.path(1)) {
      String external = "";
      ObjectNode values = NODES.objectNode();
      for (int i = 0; i < columns.size(); i++) {
        if (columns.get(i).equals("id")) {
          external = cells.path(i).asString("");
          continue;
        }
        String name = columns.get(i).replace("/.id", "");
        JsonNode value = cell(name, cells.path(i).asString(""));
        if (value == null) {
          messages
              .addObject()
              .put("type", "error")
              .put("record", row)
              .put("field", name)
              .put(
                  "message",
                  "'%s' does not seem to be valid".formatted(cells.path(i).asString("")));
        } else {
          values.set(name, value);
        }
      }
      ready.add(values);
      names.add(external);
      row++;
    }
    ObjectNode answer = NODES.objectNode();
    if (!messages.isEmpty()) {
      answer.put("ids", false).set("messages", messages);
      return answer.put("nextrow", 0);
    }
    ArrayNode ids = answer.putArray("ids");
    for (int i = 0; i < ready.size(); i++) {
      ids.add(upsert(names.get(i), ready.get(i)));
    }
    answer.putArray("messages");
    return answer.put("nextrow", 0);
  }

  private long upsert(String external, ObjectNode values) {
    Long known = external.isEmpty() ? null : find(external);
    if (known != null && model.records().containsKey(known)) {
      set(known, values);
      return known;
    }
    long id = model.records().keySet().stream().max(Long::compare).orElse(0L) + 1;
    ObjectNode record = NODES.objectNode().put("id", id);
    ObjectNode like = model.records().values().iterator().next();
    like.properties().forEach(field -> record.set(field.getKey(), none(field.getKey())));
    record.put("id", id).put("create_date", NOW).put("active", true);
    model.records().put(id, record);
    set(id, values);
    if (!external.isEmpty()) {
      remember(external, id);
    }
    return id;
  }

  private @Nullable Long find(String external) {
    int dot = external.indexOf('.');
    for (ObjectNode row : recording.model("ir.model.data").records().values()) {
      if (row.path("module").asString("").equals(external.substring(0, dot))
          && row.path("name").asString("").equals(external.substring(dot + 1))) {
        return row.path("res_id").longValue(0);
      }
    }
    return null;
  }

  private void remember(String external, long id) {
    RecordedModel data = recording.model("ir.model.data");
    long next = data.records().keySet().stream().max(Long::compare).orElse(0L) + 1;
    int dot = external.indexOf('.');
    ObjectNode row = NODES.objectNode().put("id", next);
    row.put("module", external.substring(0, dot)).put("name", external.substring(dot + 1));
    row.put("model", model.name()).put("res_id", id).put("noupdate", false);
    row.put("complete_name", external).put("write_date", NOW).put("create_date", NOW);
    data.records().put(next, row);
  }

  JsonNode write(JsonNode args) {
    List<Long> ids = ids(args.path(0));
    ObjectNode values = NODES.objectNode();
    args.path(1)
        .properties()
        .forEach(
            entry -> {
              if (!model.knows(entry.getKey())) {
                throw OdooFault.value(
                    "Invalid field '%s' on model '%s'".formatted(entry.getKey(), model.name()));
              }
              values.set(entry.getKey(), given(entry.getKey(), entry.getValue()));
            });
    ids.forEach(id -> set(id, values));
    return NODES.booleanNode(true);
  }

  JsonNode unlink(JsonNode args) {
    List<Long> ids = ids(args.path(0));
    for (long id : ids) {
      model.records().remove(id);
      recording
          .model("ir.model.data")
          .records()
          .values()
          .removeIf(
              row ->
                  row.path("res_id").longValue(0) == id
                      && row.path("model").asString("").equals(model.name()));
    }
    return NODES.booleanNode(true);
  }

  private List<Long> ids(JsonNode given) {
    List<Long> ids = given.valueStream().map(JsonNode::longValue).toList();
    if (!model.records().keySet().containsAll(ids)) {
      throw OdooFault.of(
          "odoo.exceptions.MissingError", "Record does not exist or has been deleted.");
    }
    return ids;
  }

  private void set(long id, ObjectNode values) {
    ObjectNode record = model.records().get(id);
    if (record == null) {
      return;
    }
    ObjectNode changed = record.deepCopy();
    values
        .properties()
        .forEach(
            entry -> {
              if (!IGNORED.contains(entry.getKey())) {
                changed.set(entry.getKey(), entry.getValue());
              }
            });
    changed.put("write_date", NOW);
    model.records().put(id, changed);
  }

  private JsonNode none(String name) {
    FieldSpec field = model.field(name);
    return switch (field == null ? "char" : field.type()) {
      case "integer", "float", "monetary" -> NODES.numberNode(0);
      case "many2many", "one2many" -> NODES.arrayNode();
      default -> NODES.booleanNode(false);
    };
  }

  private String type(String name) {
    FieldSpec field = model.field(name);
    return field == null ? "char" : field.type();
  }

  /** A cell of {@code load}; null if it is not valid. */
  private @Nullable JsonNode cell(String name, String text) {
    if (text.isEmpty()) {
      return none(name);
    }
    try {
      return switch (type(name)) {
        case "boolean" -> NODES.booleanNode(text.equals("True"));
        case "integer" -> NODES.numberNode(Long.parseLong(text));
        case "float", "monetary" -> NODES.numberNode(new BigDecimal(text));
        case "many2one" -> reference(name, Long.parseLong(text));
        case "many2many" -> {
          ArrayNode ids = NODES.arrayNode();
          for (String id : text.split(",", -1)) {
            ids.add(Long.parseLong(id));
          }
          yield ids;
        }
        case "html" -> NODES.stringNode(sanitised(text));
        default -> NODES.stringNode(text);
      };
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private JsonNode given(String name, JsonNode value) {
    boolean none = value.isBoolean() && !value.booleanValue();
    return switch (type(name)) {
      case "many2one" -> {
        JsonNode reference = none ? value : reference(name, value.longValue(0));
        yield reference == null ? NODES.booleanNode(false) : reference;
      }
      case "many2many" -> value.path(0).path(2);
      case "html" -> none ? value : NODES.stringNode(sanitised(value.asString("")));
      default -> none ? none(name) : value;
    };
  }

  private @Nullable JsonNode reference(String name, long id) {
    FieldSpec field = model.field(name);
    String relation = field == null ? "" : field.relation();
    if (recording.has(relation)) {
      ObjectNode target = recording.model(relation).records().get(id);
      return target == null
          ? null
          : NODES.arrayNode().add(id).add(target.path("display_name").asString(""));
    }
    return NODES.arrayNode().add(id).add("");
  }

  /** Odoo's sanitiser does more; this is what the recording shows. */
  private static String sanitised(String html) {
    return html.replaceAll("(?is)<script.*?</script>", "");
  }
}
