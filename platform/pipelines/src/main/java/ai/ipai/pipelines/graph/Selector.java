package ai.ipai.pipelines.graph;

import ai.ipai.governance.yaml.NearestName;
import ai.ipai.pipelines.PipelineErrors;
import ai.ipai.pipelines.project.Exposure;
import ai.ipai.pipelines.project.Node;
import ai.ipai.pipelines.project.NodeType;
import ai.ipai.pipelines.project.Project;
import ai.ipai.pipelines.project.SourceTable;
import ai.ipai.spi.error.IpaiException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * dbt's selection grammar: {@code a b} is a union, {@code a,b} an intersection; {@code +a}, {@code
 * a+}, {@code 2+a}, {@code @a} reach out; {@code tag:}, {@code path:}, {@code source:}, {@code
 * package:}, {@code resource_type:}, {@code test_type:}, {@code test_name:}, {@code config.key:},
 * {@code exposure:}, {@code fqn:}, {@code file:} say what is meant.
 */
public final class Selector {
  private static final Pattern TERM =
      Pattern.compile("(@)?(?:(\\d*)(\\+))?([^+]+?)(?:(\\+)(\\d*))?");
  private static final Set<String> METHODS =
      Set.of(
          "tag",
          "path",
          "source",
          "package",
          "resource_type",
          "test_type",
          "test_name",
          "exposure",
          "fqn",
          "file");

  private final Project project;
  private final Graph graph;

  public Selector(Project project, Graph graph) {
    this.project = project;
    this.graph = graph;
  }

  /**
   * The ids that are selected and not excluded.
   *
   * @param select empty means everything
   * @throws IpaiException {@code PIP-011} for what is no selection, or a plain name that names
   *     nothing
   */
  public Set<String> select(String select, String exclude) {
    Set<String> selected = select.isBlank() ? new TreeSet<>(graph.nodes()) : union(select);
    withTests(selected);
    if (!exclude.isBlank()) {
      Set<String> excluded = union(exclude);
      withTests(excluded);
      selected.removeAll(excluded);
    }
    return selected;
  }

  /** A test goes with whatever it tests. */
  private void withTests(Set<String> selected) {
    for (Node node : project.ofType(NodeType.TEST)) {
      boolean touched =
          node.links().nodes().stream().anyMatch(selected::contains)
              || node.links().sources().stream().anyMatch(selected::contains);
      if (touched) {
        selected.add(node.uniqueId());
      }
    }
  }

  private Set<String> union(String expression) {
    Set<String> found = new TreeSet<>();
    for (String part : expression.strip().split("\\s+", -1)) {
      Set<String> intersection = null;
      for (String term : part.split(",", -1)) {
        Set<String> one = term(term);
        if (intersection == null) {
          intersection = one;
        } else {
          intersection.retainAll(one);
        }
      }
      found.addAll(intersection == null ? Set.of() : intersection);
    }
    return found;
  }

  private Set<String> term(String term) {
    Matcher matcher = TERM.matcher(term);
    if (!matcher.matches()) {
      throw new IpaiException(PipelineErrors.BAD_SELECTION, "'" + term + "' is no selection")
          .hint(
              "Write a name, +name, name+, @name, tag:…, path:…, source:…, with commas between what must hold together.");
    }
    Set<String> start = matching(matcher.group(4));
    Set<String> found = new TreeSet<>(start);
    if (matcher.group(1) != null) {
      found.addAll(graph.descendants(start, Integer.MAX_VALUE));
      found.addAll(graph.ancestors(Set.copyOf(found), Integer.MAX_VALUE));
      return found;
    }
    if (matcher.group(3) != null) {
      found.addAll(graph.ancestors(start, depth(matcher.group(2))));
    }
    if (matcher.group(5) != null) {
      found.addAll(graph.descendants(start, depth(matcher.group(6))));
    }
    return found;
  }

  private static int depth(@Nullable String digits) {
    boolean isUnlimited = digits == null || digits.isEmpty() || digits.length() > 9;
    return isUnlimited ? Integer.MAX_VALUE : Integer.parseInt(digits);
  }

  private Set<String> matching(String term) {
    int colon = term.indexOf(':');
    String method = colon < 0 ? "" : term.substring(0, colon);
    String value = term.substring(colon + 1);
    if (method.startsWith("config.")) {
      return nodes(node -> configHolds(node, method.substring(7), value));
    }
    return switch (method) {
      case "" -> plain(value);
      case "tag" -> byTag(value);
      case "path", "file" -> byPath(value, method.equals("file"));
      case "source" -> bySource(value);
      case "package" -> nodes(node -> glob(value, node.id().packageName()));
      case "resource_type" -> nodes(node -> node.type().label().equals(value));
      case "test_type" ->
          nodes(
              node ->
                  node.test() != null && (node.test().macro() == null) == value.equals("singular"));
      case "test_name" -> nodes(node -> node.test() != null && value.equals(node.test().macro()));
      case "fqn" -> nodes(node -> named(node, value));
      case "exposure" -> byExposure(value);
      default ->
          throw new IpaiException(
                  PipelineErrors.BAD_SELECTION, "unknown selection method '" + method + ":'")
              .hint(
                  NearestName.of(method, METHODS)
                      .map(near -> "Did you mean " + near + ":?")
                      .orElse("Known: " + String.join(", ", new TreeSet<>(METHODS))));
    };
  }

  private Set<String> plain(String name) {
    Set<String> found = nodes(node -> named(node, name));
    if (found.isEmpty() && (name.contains("/") || name.endsWith(".sql"))) {
      found = byPath(name, false);
    }
    if (found.isEmpty() && name.indexOf('*') < 0) {
      Set<String> names = new TreeSet<>();
      project.all().forEach(node -> names.add(node.name()));
      throw new IpaiException(
              PipelineErrors.BAD_SELECTION,
              "the selection names '" + name + "', which the project does not have")
          .hint(
              NearestName.of(name, names)
                  .map(near -> "Did you mean " + near + "?")
                  .orElse("Select by tag:, path: or a model's name."));
    }
    return found;
  }

  /** By name, or by the leading part of its path: {@code gold.finance}, {@code company.gold.*}. */
  private static boolean named(Node node, String pattern) {
    if (glob(pattern, node.name())) {
      return true;
    }
    List<String> path = node.code().path();
    String dotted = String.join(".", path);
    String full = node.id().packageName() + "." + dotted;
    return glob(pattern, dotted)
        || glob(pattern, full)
        || glob(pattern + ".*", dotted)
        || glob(pattern + ".*", full)
        || pattern.equals(node.id().packageName());
  }

  private Set<String> byTag(String tag) {
    Set<String> found = nodes(node -> node.tags().stream().anyMatch(own -> glob(tag, own)));
    for (SourceTable source : project.sources().values()) {
      if (source.tags().stream().anyMatch(own -> glob(tag, own))) {
        found.add(source.uniqueId());
      }
    }
    return found;
  }

  private Set<String> byPath(String value, boolean nameOnly) {
    String wanted = value.endsWith("/") ? value.substring(0, value.length() - 1) : value;
    return nodes(
        node -> {
          String file = node.code().place().file();
          if (nameOnly) {
            return glob(wanted, file.substring(file.lastIndexOf('/') + 1));
          }
          return glob(wanted, file) || file.startsWith(wanted + "/");
        });
  }

  private Set<String> bySource(String value) {
    Set<String> found = new TreeSet<>();
    for (SourceTable source : project.sources().values()) {
      if (glob(value, source.source())
          || glob(value, source.source() + "." + source.name())
          || glob(value, source.packageName() + "." + source.source() + "." + source.name())) {
        found.add(source.uniqueId());
      }
    }
    return found;
  }

  private Set<String> byExposure(String value) {
    Set<String> found = new TreeSet<>();
    for (Exposure exposure : project.exposures().values()) {
      if (glob(value, exposure.name())) {
        found.add(exposure.uniqueId());
      }
    }
    return found;
  }

  private static boolean configHolds(Node node, String key, String value) {
    return node.config().texts(key).stream()
            .anyMatch(own -> own.toLowerCase(Locale.ROOT).equals(value.toLowerCase(Locale.ROOT)))
        || (key.equals("materialized") && node.materialized().equals(value));
  }

  private Set<String> nodes(Predicate<Node> predicate) {
    Set<String> found = new TreeSet<>();
    for (Node node : project.all()) {
      if (predicate.test(node)) {
        found.add(node.uniqueId());
      }
    }
    return found;
  }

  private static boolean glob(String pattern, String text) {
    if (pattern.indexOf('*') < 0 && pattern.indexOf('?') < 0) {
      return pattern.equals(text);
    }
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
    }
    return Pattern.matches(regex.toString(), text);
  }
}
