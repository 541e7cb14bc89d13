package ai.ipai.pipelines.project;

import ai.ipai.pipelines.jinja.Place;
import ai.ipai.pipelines.jinja.Template;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A model, seed, snapshot or test, read and resolved.
 *
 * @param id such as {@code model.company.partner}
 * @param code where it is written and what it says
 * @param config merged and final
 * @param facts what {@code schema.yml} says about it
 * @param links what it reads
 * @param test what a test checks; null for everything else
 */
public record Node(
    NodeId id, Code code, NodeConfig config, Facts facts, Links links, @Nullable TestSpec test) {

  /**
   * Identity.
   *
   * @param packageName the project or package that holds it
   */
  public record NodeId(NodeType type, String packageName, String name) {
    @Override
    public String toString() {
      return type.label() + "." + packageName + "." + name;
    }
  }

  /**
   * The source text.
   *
   * @param place file relative to the project's root, and line
   * @param path the folders below the model path, then the name: what selectors and dbt_project.yml
   *     match
   * @param template null for seeds
   */
  public record Code(Place place, List<String> path, String raw, @Nullable Template template) {
    public Code {
      path = List.copyOf(path);
    }
  }

  /** Descriptions, columns and expectations. */
  public record Facts(
      String description, Map<String, NodeColumn> columns, List<Expectation> expectations) {
    public static final Facts NONE = new Facts("", Map.of(), List.of());

    public Facts {
      expectations = List.copyOf(expectations);
    }
  }

  /**
   * What it reads, by unique id, in the order of the text.
   *
   * @param nodes models, seeds and snapshots
   * @param sources source tables
   */
  public record Links(List<String> nodes, List<String> sources, List<String> macros) {
    public static final Links NONE = new Links(List.of(), List.of(), List.of());

    public Links {
      nodes = List.copyOf(nodes);
      sources = List.copyOf(sources);
      macros = List.copyOf(macros);
    }
  }

  /**
   * A test.
   *
   * @param macro of a generic test, such as {@code unique}; null for a singular one
   * @param arguments of the macro, as written
   * @param attachedTo the node or source that declares it; null for a singular one
   * @param column null where the test is about the whole relation
   */
  public record TestSpec(
      @Nullable String macro,
      @Nullable String packageName,
      Map<String, @Nullable Object> arguments,
      @Nullable String attachedTo,
      @Nullable String column) {}

  public String uniqueId() {
    return id.toString();
  }

  public NodeType type() {
    return id.type();
  }

  public String name() {
    return id.name();
  }

  /** {@code view}, {@code table}, {@code incremental}, {@code ephemeral}, {@code seed}, …. */
  public String materialized() {
    return switch (type()) {
      case SEED -> "seed";
      case SNAPSHOT -> "snapshot";
      case TEST -> "test";
      default -> config.text("materialized").orElse("view");
    };
  }

  public boolean isEphemeral() {
    return type() == NodeType.MODEL && materialized().equals("ephemeral");
  }

  public Optional<TestSpec> testSpec() {
    return Optional.ofNullable(test);
  }

  public List<String> tags() {
    return config.tags();
  }
}
