package ai.ipai.governance.workspace;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON Schemas that the product ships, by name such as {@code job}. Loads nothing from the
 * network. Immutable and safe for threads.
 */
public final class SchemaLibrary {
  static final String BASE = "https://ipai.ai/schema/";
  static final String SUFFIX = ".schema.json";
  private static final String RESOURCES = "/ai/ipai/schema/";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** In the order in which they are exported and documented. */
  private static final List<String> NAMES =
      List.of(
          "ipai",
          "connector",
          "policies",
          "semantic",
          "job",
          "write-back",
          "oca",
          "dashboard",
          "agent",
          "app",
          "demo-users",
          "schedule");

  private final Map<String, String> texts;
  private final SchemaRegistry registry;

  private SchemaLibrary(Map<String, String> texts) {
    this.texts = texts;
    this.registry =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12, builder -> builder.schemas(texts));
  }

  /** Those in the product's own jar. */
  public static SchemaLibrary shipped() {
    Map<String, String> texts = new LinkedHashMap<>();
    for (String name : NAMES) {
      resource(name + SUFFIX).ifPresent(text -> texts.put(BASE + name + SUFFIX, text));
    }
    return new SchemaLibrary(texts);
  }

  private static Optional<String> resource(String name) {
    try (InputStream in = SchemaLibrary.class.getResourceAsStream(RESOURCES + name)) {
      return in == null
          ? Optional.empty()
          : Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** The names of the schemas that are there. */
  public List<String> names() {
    return NAMES.stream().filter(name -> texts.containsKey(BASE + name + SUFFIX)).toList();
  }

  /**
   * The check against a shipped schema.
   *
   * @throws IllegalArgumentException if there is no such schema
   */
  public SchemaCheck named(String name) {
    String iri = BASE + name + SUFFIX;
    if (!texts.containsKey(iri)) {
      throw new IllegalArgumentException("no schema " + name);
    }
    return new SchemaCheck(registry.getSchema(SchemaLocation.of(iri)), this);
  }

  /** A schema as it ships; empty if there is none of that name. */
  public Optional<String> text(String name) {
    return Optional.ofNullable(texts.get(BASE + name + SUFFIX));
  }

  /** The check against a schema that a part of the product brings along, such as a connector's. */
  public SchemaCheck of(String schemaText) {
    Schema schema = registry.getSchema(JSON.readTree(schemaText));
    return new SchemaCheck(schema, this);
  }

  /** The document behind an address within this library; a missing node for others. */
  JsonNode document(String iri) {
    String text = texts.get(iri);
    return text == null ? JSON.getNodeFactory().missingNode() : JSON.readTree(text);
  }

  /**
   * Writes every schema into a folder, for editors.
   *
   * @return the files, in the order of {@link #names()}
   */
  public List<Path> export(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (String name : names()) {
      String text = texts.get(BASE + name + SUFFIX);
      if (text != null) {
        Files.writeString(folder.resolve(name + SUFFIX), text);
      }
    }
    return names().stream().map(name -> folder.resolve(name + SUFFIX)).toList();
  }
}
