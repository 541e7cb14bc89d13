package ai.ipai.connectors.odoo.replay;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The recorded records of one moment, read from a folder: {@code before/}, {@code after/} (what
 * changed), {@code after/variants/} (values as another company or language sees them) and {@code
 * fields.json.gz}. Immutable once read.
 */
final class Recording {
  static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private static final String SUFFIX = ".ndjson.gz";

  private final Map<String, RecordedModel> models = new HashMap<>();
  private final Map<String, Map<Long, ObjectNode>> variants = new HashMap<>();

  private Recording() {}

  /** The records as they were before the recorded business changes. */
  static Recording before(Path folder) {
    return read(folder, false);
  }

  /** The records as they were after them. */
  static Recording after(Path folder) {
    return read(folder, true);
  }

  private static Recording read(Path folder, boolean after) {
    Recording recording = new Recording();
    JsonNode fields = JSON.readTree(text(folder.resolve("fields.json.gz")));
    Map<String, Path> files = new TreeMap<>(files(folder.resolve("before")));
    if (after) {
      files.putAll(files(folder.resolve("after")));
    }
    files.forEach(
        (model, file) -> {
          JsonNode known = fields.path("recorded").path(model);
          JsonNode found = known.isMissingNode() ? fields.path("derived").path(model) : known;
          recording.models.put(model, new RecordedModel(model, specs(found), records(file)));
        });
    files(folder.resolve("after/variants"))
        .forEach((variant, file) -> recording.variants.put(variant, records(file)));
    if (!after) {
      undoVariants(recording);
    }
    return recording;
  }

  /**
   * The values of company 3 and the French names were recorded after the changes only; changes 6
   * and 17 are the ones that set some of them, so those are taken back here.
   */
  private static void undoVariants(Recording recording) {
    ObjectNode partner = recording.ofCompany("res.partner", 3).get(84L);
    if (partner != null) {
      partner.put("property_payment_term_id", false);
    }
    ObjectNode lamp = recording.inLanguage("product.template", "fr_FR").get(6L);
    if (lamp != null) {
      lamp.put("name", "Lampe de bureau").put("display_name", "[FURN_8888] Lampe de bureau");
    }
  }

  RecordedModel model(String name) {
    RecordedModel model = models.get(name);
    if (model == null && (name.startsWith("ir.") || name.startsWith("mail."))) {
      throw OdooFault.notRecorded(name);
    }
    if (model == null) {
      throw OdooFault.user("Object " + name + " doesn't exist");
    }
    return model;
  }

  /** Another stored field, false everywhere. */
  synchronized void add(String model, String name, String type) {
    describe(model, name, type);
    model(model).records().values().forEach(record -> record.put(name, false));
  }

  private void describe(String model, String name, String type) {
    ObjectNode description = JSON.createObjectNode().put("type", type).put("string", name);
    description.put("store", true).put("searchable", true);
    model(model).fields().put(name, FieldSpec.of(description));
  }

  synchronized void addKey(String name, String made, Object ends) {
    RecordedModel keys =
        models.computeIfAbsent(
            ReplayKeys.MODEL,
            model -> new RecordedModel(model, new LinkedHashMap<>(), new TreeMap<>()));
    ObjectNode row = keys.records().computeIfAbsent(1L + keys.records().size(), this::empty);
    row.put("name", name).put("create_date", made);
    row.set("expiration_date", JSON.valueToTree(ends));
    row.putArray("user_id").add(2).add("Mitchell Admin");
    for (String text : List.of("name", "create_date", "expiration_date", "user_id")) {
      describe(ReplayKeys.MODEL, text, text.equals("user_id") ? "many2one" : "char");
    }
  }

  private ObjectNode empty(long id) {
    return JSON.createObjectNode().put("id", id);
  }

  synchronized void addModule(String name, String author, String licence) {
    RecordedModel modules = model("ir.module.module");
    long id = modules.records().keySet().stream().max(Long::compare).orElse(0L) + 1;
    modules
        .records()
        .put(
            id,
            empty(id)
                .put("name", name)
                .put("latest_version", "18.0.1.0.0")
                .put("license", licence)
                .put("author", author)
                .put("state", "installed"));
  }

  boolean has(String name) {
    return models.containsKey(name);
  }

  /** Values of a record as {@code company} sees them, empty if it sees the common ones. */
  Map<Long, ObjectNode> ofCompany(String model, long company) {
    return variants.getOrDefault(model + ".company" + company, Map.of());
  }

  /** Translated values, empty for English and for what was not recorded. */
  Map<Long, ObjectNode> inLanguage(String model, String language) {
    return variants.getOrDefault(model + "." + language, Map.of());
  }

  private static Map<String, FieldSpec> specs(JsonNode fields) {
    Map<String, FieldSpec> specs = new LinkedHashMap<>();
    fields.properties().forEach(entry -> specs.put(entry.getKey(), FieldSpec.of(entry.getValue())));
    return specs;
  }

  private static Map<String, Path> files(Path folder) {
    Map<String, Path> files = new TreeMap<>();
    if (!Files.isDirectory(folder)) {
      return files;
    }
    try (Stream<Path> list = Files.list(folder)) {
      list.filter(file -> file.getFileName().toString().endsWith(SUFFIX))
          .forEach(file -> files.put(stem(file), file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  private static String stem(Path file) {
    String name = file.getFileName().toString();
    return name.substring(0, name.length() - SUFFIX.length());
  }

  private static Map<Long, ObjectNode> records(Path file) {
    Map<Long, ObjectNode> records = new TreeMap<>();
    for (String line : lines(file)) {
      ObjectNode node = (ObjectNode) JSON.readTree(line);
      records.put(node.get("id").longValue(), node);
    }
    return records;
  }

  private static List<String> lines(Path file) {
    List<String> lines = new ArrayList<>();
    for (String line : text(file).split("\n", -1)) {
      if (!line.isBlank()) {
        lines.add(line);
      }
    }
    return lines;
  }

  private static String text(Path file) {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file));
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return reader.readAllAsString();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the recording", e);
    }
  }
}
