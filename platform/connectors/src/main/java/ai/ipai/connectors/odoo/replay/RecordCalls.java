package ai.ipai.connectors.odoo.replay;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The methods of {@code execute_kw} on one recording and for one user. */
final class RecordCalls {
  private static final JsonNodeFactory NODES = Recording.JSON.getNodeFactory();

  private final Recording recording;
  private final ReplayUser user;

  RecordCalls(Recording recording, ReplayUser user) {
    this.recording = recording;
    this.user = user;
  }

  /** One at a time: the records can be changed. */
  JsonNode call(String modelName, String method, JsonNode args, JsonNode kwargs) {
    synchronized (recording) {
      return alone(modelName, method, args, kwargs);
    }
  }

  private JsonNode alone(String modelName, String method, JsonNode args, JsonNode kwargs) {
    if (method.startsWith("_") || method.equals("sudo") || method.equals("with_context")) {
      throw OdooFault.access(
          "Private methods (such as '%s.%s') cannot be called remotely."
              .formatted(modelName, method));
    }
    RecordedModel model = recording.model(modelName);
    return switch (method) {
      case "fields_get" -> fieldsGet(model, args, kwargs);
      case "search" -> ids(search(model, args, kwargs));
      case "search_count" -> count(model, args, kwargs);
      case "search_read" -> searchRead(model, args, kwargs);
      case "read" -> read(model, args, kwargs);
      case "exists" -> exists(model, args);
      case "load" -> new RecordChanges(recording, model, user).load(args);
      case "write" -> new RecordChanges(recording, model, user).write(args);
      case "unlink" -> new RecordChanges(recording, model, user).unlink(args);
      case "create", "read_group", "web_search_read", "export_data" ->
          throw OdooFault.notRecorded(method);
      default ->
          throw OdooFault.of(
              "builtins.AttributeError",
              "The method '%s.%s' does not exist".formatted(modelName, method));
    };
  }

  private JsonNode fieldsGet(RecordedModel model, JsonNode args, JsonNode kwargs) {
    List<String> names = words(argument(args, 0, kwargs, "allfields"));
    List<String> attributes = words(argument(args, 1, kwargs, "attributes"));
    ObjectNode answer = NODES.objectNode();
    model
        .fields()
        .forEach(
            (name, field) -> {
              if ((names.isEmpty() || names.contains(name)) && user.mayKnow(model, name)) {
                answer.set(name, attributesOf(name, field, attributes));
              }
            });
    return answer;
  }

  private static JsonNode attributesOf(String name, FieldSpec field, List<String> attributes) {
    boolean isGroup = name.startsWith("sel_groups_") || name.startsWith("in_group_");
    if (attributes.isEmpty() || isGroup) {
      return field.description();
    }
    ObjectNode chosen = NODES.objectNode();
    for (String attribute : attributes) {
      if (field.description().has(attribute)) {
        chosen.set(attribute, field.description().get(attribute));
      }
    }
    return chosen;
  }

  private JsonNode count(RecordedModel model, JsonNode args, JsonNode kwargs) {
    int found = search(model, args, kwargs).size();
    return NODES.numberNode(found);
  }

  private JsonNode searchRead(RecordedModel model, JsonNode args, JsonNode kwargs) {
    Viewer viewer = Viewer.of(user, kwargs.path("context"));
    user.checkModel(model);
    List<String> names = fields(model, argument(args, 1, kwargs, "fields"));
    ArrayNode answer = NODES.arrayNode();
    for (ObjectNode row : search(model, args, kwargs)) {
      answer.add(project(model, viewer, row, names, kwargs));
    }
    return answer;
  }

  private JsonNode read(RecordedModel model, JsonNode args, JsonNode kwargs) {
    Viewer viewer = Viewer.of(user, kwargs.path("context"));
    user.checkModel(model);
    List<String> names = fields(model, argument(args, 1, kwargs, "fields"));
    ArrayNode answer = NODES.arrayNode();
    JsonNode wanted = args.path(0);
    List<JsonNode> ids = wanted.isArray() ? wanted.valueStream().toList() : List.of(wanted);
    for (JsonNode id : ids) {
      ObjectNode row = model.records().get(id.longValue());
      if (row == null) {
        continue;
      }
      if (!viewer.sees(model, row)) {
        throw OdooFault.access(
            "Uh-oh! Looks like you have stumbled upon some top-secret records.\n\nSorry, %s (id=%d) doesn't have 'read' access to:\n- Journal Entry (%s)"
                .formatted(user.name(), user.id(), model.name()));
      }
      answer.add(project(model, viewer, row, names, kwargs));
    }
    return answer;
  }

  private static JsonNode exists(RecordedModel model, JsonNode args) {
    ArrayNode answer = NODES.arrayNode();
    for (JsonNode id : args.path(0)) {
      if (model.records().containsKey(id.longValue())) {
        answer.add(id.longValue());
      }
    }
    return answer;
  }

  private List<ObjectNode> search(RecordedModel model, JsonNode args, JsonNode kwargs) {
    user.checkModel(model);
    Viewer viewer = Viewer.of(user, kwargs.path("context"));
    Domain domain =
        Domain.parse(
            argument(args, 0, kwargs, "domain"), new LeafCompiler(recording, model, viewer));
    boolean hideArchived = viewer.activeTest() && model.hasActive() && !domain.mentionsActive();
    List<ObjectNode> found = new ArrayList<>();
    for (ObjectNode row : model.records().values()) {
      if ((!hideArchived || row.path("active").booleanValue(true)) && viewer.sees(model, row)) {
        ObjectNode view = viewer.view(recording, model, row);
        if (domain.test().test(view)) {
          found.add(view);
        }
      }
    }
    found.sort(order(model, kwargs.path("order")));
    int offset = Math.min(kwargs.path("offset").intValue(0), found.size());
    JsonNode limit = kwargs.path("limit");
    int end = limit.isNumber() ? Math.min(found.size(), offset + limit.intValue()) : found.size();
    return found.subList(offset, end);
  }

  private static Comparator<ObjectNode> order(RecordedModel model, JsonNode order) {
    return order.isString() && !order.stringValue().isBlank()
        ? RecordOrder.of(model, order.stringValue(), true)
        : RecordOrder.of(model, model.defaultOrder(), false);
  }

  private List<String> fields(RecordedModel model, JsonNode asked) {
    List<String> names = words(asked);
    if (names.isEmpty()) {
      throw OdooFault.notRecorded("reading " + model.name() + " without a list of fields");
    }
    for (String name : names) {
      if (!model.knows(name)) {
        throw OdooFault.value("Invalid field '%s' on model '%s'".formatted(name, model.name()));
      }
      user.checkField(model, name);
      if (!model.hasValues(name)) {
        throw OdooFault.notRecorded("values of " + model.name() + "." + name);
      }
    }
    return names;
  }

  private ObjectNode project(
      RecordedModel model, Viewer viewer, ObjectNode row, List<String> names, JsonNode kwargs) {
    boolean bare = kwargs.has("load") && !kwargs.get("load").asString("").equals("_classic_read");
    ObjectNode view = viewer.view(recording, model, row);
    ObjectNode chosen = NODES.objectNode();
    chosen.set("id", view.get("id"));
    for (String name : names) {
      JsonNode value = view.get(name);
      FieldSpec field = model.field(name);
      boolean reference = field != null && field.isReference() && value.isArray();
      chosen.set(name, bare && reference ? value.get(0) : value);
    }
    return chosen;
  }

  private static JsonNode ids(List<ObjectNode> rows) {
    ArrayNode answer = NODES.arrayNode();
    rows.forEach(row -> answer.add(row.get("id")));
    return answer;
  }

  private static JsonNode argument(JsonNode args, int position, JsonNode kwargs, String name) {
    return args.has(position) ? args.get(position) : kwargs.path(name);
  }

  private static List<String> words(JsonNode list) {
    return list.isArray() ? list.valueStream().map(JsonNode::asString).toList() : List.of();
  }
}
