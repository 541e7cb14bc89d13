package ai.ipai.pipelines.parse;

import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.FilePlace;
import ai.ipai.pipelines.PipelineErrors;
import ai.ipai.pipelines.compile.RenderContext;
import ai.ipai.pipelines.jinja.Template;
import ai.ipai.pipelines.jinja.TemplateException;
import ai.ipai.pipelines.project.NodeConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Texts of YAML files that hold templates, such as {@code "{{ var('load', false) }}"}. A text that
 * is one expression becomes its value, as in dbt.
 */
final class YamlTemplates {
  /** Rendered when a node is built, not when the file is read. */
  private static final Set<String> LATE =
      Set.of(
          "pre_hook",
          "post_hook",
          "pre-hook",
          "post-hook",
          "on-run-start",
          "on-run-end",
          "query-comment",
          "description",
          "tests",
          "data_tests");

  private final RenderContext.Scope scope;
  private final String packageName;
  private final Faults faults;

  YamlTemplates(RenderContext.Scope scope, String packageName, Faults faults) {
    this.scope = scope;
    this.packageName = packageName;
    this.faults = faults;
  }

  Map<String, @Nullable Object> mapping(Map<?, ?> map, FilePlace place) {
    Map<String, @Nullable Object> rendered = new LinkedHashMap<>();
    map.forEach(
        (key, value) -> {
          String name = String.valueOf(key);
          String bare = name.startsWith("+") ? name.substring(1) : name;
          rendered.put(name, LATE.contains(bare) ? value : value(value, place));
        });
    return rendered;
  }

  @Nullable Object value(@Nullable Object value, FilePlace place) {
    return switch (value) {
      case Map<?, ?> map -> mapping(map, place);
      case List<?> list -> {
        List<@Nullable Object> items = new ArrayList<>();
        list.forEach(item -> items.add(value(item, place)));
        yield items;
      }
      case String text when text.contains("{{") || text.contains("{%") -> text(text, place);
      case null, default -> value;
    };
  }

  private @Nullable Object text(String text, FilePlace place) {
    RenderContext context =
        new RenderContext(scope, packageName, new ParseSurroundings("", NodeConfig.EMPTY));
    try {
      String bare = text.strip();
      boolean isExpression =
          bare.startsWith("{{") && bare.endsWith("}}") && bare.indexOf("}}") == bare.length() - 2;
      return isExpression
          ? context
              .interpreter()
              .evaluate(place.file(), bare.substring(2, bare.length() - 2).strip())
          : context.interpreter().render(Template.parse(place.file(), text));
    } catch (TemplateException fault) {
      faults.add(
          place, PipelineErrors.TEMPLATE, "'" + text.strip() + "': " + fault.getMessage(), "");
      return text;
    }
  }
}
