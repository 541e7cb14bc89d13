package ai.ipai.connectors.odoo;

import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.RecordTarget;
import ai.ipai.spi.digest.Sha256;
import ai.ipai.spi.error.IpaiException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Odoo as a target. Records are made with {@code load}, which stores a record and its external id
 * {@code ipai.<key>} in one transaction; Odoo keeps external ids unique, so the same key never
 * makes two records, whoever repeats the call.
 */
final class OdooRecords implements RecordTarget {
  private static final String MODULE = "ipai";
  private static final int MAX_KEY_CHARS = 60;

  /** Archived records count, and nobody is told that they follow the record. */
  private static final Map<String, Object> CONTEXT =
      Map.of(
          "active_test",
          false,
          "lang",
          "en_US",
          "tz",
          "UTC",
          "mail_create_nolog",
          true,
          "tracking_disable",
          false);

  private final OdooApi api;
  private final Map<String, List<String>> allowed;
  private final Map<String, Map<String, WriteField>> fields = new ConcurrentHashMap<>();

  OdooRecords(OdooApi api, Map<String, List<String>> allowed) {
    this.api = api;
    this.allowed = Map.copyOf(allowed);
  }

  @Override
  public List<String> require(String model, Set<String> names) {
    List<String> notes = new ArrayList<>();
    for (String name : new TreeSet<>(names)) {
      if (!allowed.getOrDefault(model, List.of()).contains(name)) {
        throw notWritable(model, name, "is not allowed to be written")
            .hint("whoever owns the connector adds it to connection.write");
      }
      WriteField field = field(model, name);
      if (!field.isWritable()) {
        throw notWritable(model, name, "cannot be written: Odoo computes or ignores it")
            .hint("take it out of the mapping");
      }
      if (field.type().equals("html")) {
        notes.add(name + " is html: Odoo cleans it, so it may read back otherwise");
      }
    }
    return notes;
  }

  private static IpaiException notWritable(String model, String field, String why) {
    return new IpaiException(
            ConnectorErrors.NOT_WRITABLE, "field %s of %s %s".formatted(field, model, why))
        .fact("model", model)
        .fact("field", field);
  }

  private WriteField field(String model, String name) {
    WriteField field =
        fields
            .computeIfAbsent(
                model,
                key -> {
                  Map<String, WriteField> found = new LinkedHashMap<>();
                  api.call(
                          key,
                          "fields_get",
                          List.of(),
                          Map.of("attributes", List.of("type", "readonly")))
                      .properties()
                      .forEach(
                          entry ->
                              found.put(
                                  entry.getKey(), WriteField.of(entry.getKey(), entry.getValue())));
                  return found;
                })
            .get(name);
    if (field == null) {
      throw OdooModel.unknownField(model, name);
    }
    return field;
  }

  @Override
  public Map<String, @Nullable Object> normal(String model, Map<String, @Nullable Object> values) {
    Map<String, @Nullable Object> normal = new LinkedHashMap<>();
    values.forEach(
        (name, value) -> {
          Object fitted = field(model, name).normal(value);
          boolean number =
              List.of("integer", "float", "monetary").contains(field(model, name).type());
          normal.put(
              name, fitted == null && number ? field(model, name).found(JSON_FALSE) : fitted);
        });
    return normal;
  }

  private static final JsonNode JSON_FALSE =
      tools.jackson.databind.node.JsonNodeFactory.instance.booleanNode(false);

  @Override
  public Map<String, Found> findByKey(String model, List<String> keys, Set<String> names) {
    Map<String, String> byName = new LinkedHashMap<>();
    keys.forEach(key -> byName.put(externalName(key), key));
    List<Object> domain =
        List.of(
            List.of("module", "=", MODULE),
            List.of("model", "=", model),
            List.of("name", "in", List.copyOf(byName.keySet())));
    Map<Long, String> ids = new LinkedHashMap<>();
    for (JsonNode row :
        api.call(
            "ir.model.data",
            "search_read",
            List.of(domain, List.of("name", "res_id")),
            Map.of("order", "id"))) {
      ids.put(
          row.path("res_id").longValue(0), byName.getOrDefault(row.path("name").asString(""), ""));
    }
    Map<String, Found> found = new LinkedHashMap<>();
    findById(model, List.copyOf(ids.keySet()), names)
        .forEach((id, record) -> found.put(ids.getOrDefault(id, ""), record));
    return found;
  }

  @Override
  public Optional<Found> findByValue(String model, String name, String value, Set<String> names) {
    Object wanted = field(model, name).written(field(model, name).normal(value));
    List<Found> found =
        List.copyOf(records(model, List.of(List.of(name, "=", wanted)), names).values());
    if (found.size() > 1) {
      throw new IpaiException(
              ConnectorErrors.TARGET_REFUSED,
              "several records of %s match one row".formatted(model))
          .fact("field", name)
          .hint("match by a field whose values are unique");
    }
    return found.stream().findFirst();
  }

  @Override
  public Map<Long, Found> findById(String model, List<Long> ids, Set<String> names) {
    return ids.isEmpty() ? Map.of() : records(model, List.of(List.of("id", "in", ids)), names);
  }

  private Map<Long, Found> records(String model, List<Object> domain, Set<String> names) {
    Map<Long, Found> found = new LinkedHashMap<>();
    Map<String, Object> kwargs = new LinkedHashMap<>();
    kwargs.put("domain", domain);
    kwargs.put("fields", List.copyOf(new TreeSet<>(names)));
    kwargs.put("order", "id");
    kwargs.put("load", "");
    kwargs.put("context", CONTEXT);
    for (JsonNode row : api.call(model, "search_read", List.of(), kwargs)) {
      Map<String, @Nullable Object> values = new LinkedHashMap<>();
      for (String name : new TreeSet<>(names)) {
        values.put(name, field(model, name).found(row.path(name)));
      }
      long id = row.path("id").longValue();
      found.put(id, new Found(id, values));
    }
    return found;
  }

  @Override
  public List<Long> create(String model, List<Wanted> records) {
    List<String> names = List.copyOf(new TreeSet<>(records.getFirst().values().keySet()));
    require(model, Set.copyOf(names));
    List<String> columns = new ArrayList<>();
    columns.add("id");
    names.forEach(name -> columns.add(field(model, name).loadName()));
    List<List<String>> rows = new ArrayList<>();
    for (Wanted record : records) {
      List<String> row = new ArrayList<>();
      row.add(MODULE + "." + externalName(record.key()));
      for (String name : names) {
        row.add(field(model, name).loaded(field(model, name).normal(record.values().get(name))));
      }
      rows.add(row);
    }
    JsonNode answer = api.change(model, "load", List.of(columns, rows), Map.of("context", CONTEXT));
    if (!answer.path("ids").isArray()) {
      throw refused(answer.path("messages"));
    }
    List<Long> ids = new ArrayList<>();
    answer.path("ids").forEach(id -> ids.add(id.longValue()));
    return ids;
  }

  /** The messages quote values, so only the fields are named. */
  private static IpaiException refused(JsonNode messages) {
    Set<String> names = new TreeSet<>();
    messages.forEach(message -> names.add(message.path("field").asString("a value")));
    return new IpaiException(
            ConnectorErrors.TARGET_REFUSED, "Odoo refuses " + String.join(", ", names))
        .hint("Odoo's import screen says more about the same row");
  }

  @Override
  public void update(String model, long id, Map<String, @Nullable Object> values) {
    require(model, values.keySet());
    Map<String, Object> written = new LinkedHashMap<>();
    values.forEach(
        (name, value) ->
            written.put(name, field(model, name).written(field(model, name).normal(value))));
    api.change(model, "write", List.of(List.of(id), written), Map.of("context", CONTEXT));
  }

  @Override
  public void delete(String model, long id) {
    require(model, Set.of());
    if (!allowed.containsKey(model)) {
      throw notWritable(model, "id", "is not allowed to be written").hint("see connection.write");
    }
    api.change(model, "unlink", List.of(List.of(id)), Map.of());
  }

  /** Odoo's names have no dots and no odd characters. */
  static String externalName(String key) {
    if (key.matches("[A-Za-z0-9_]{1," + MAX_KEY_CHARS + "}")) {
      return key;
    }
    return "h_" + Sha256.hex(key).substring(0, 40);
  }
}
