package ai.ipai.pipelines.compile;

import ai.ipai.pipelines.jinja.Arguments;
import ai.ipai.pipelines.jinja.Macro;
import ai.ipai.pipelines.jinja.TemplateException;
import ai.ipai.pipelines.jinja.Values;
import ai.ipai.pipelines.project.MacroRegistry;
import ai.ipai.pipelines.project.Node.TestSpec;
import ai.ipai.pipelines.project.NodeConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns a declared generic test into the query that finds its failures. */
public final class TestCall {
  private static final Pattern CALL =
      Pattern.compile("\\s*(ref|source|var|env_var|doc)\\s*\\(.+\\)\\s*", Pattern.DOTALL);

  private TestCall() {}

  /**
   * The query of a generic test.
   *
   * @param subject what is tested, rendered
   * @param file where the test is declared, for messages
   */
  public static String render(
      RenderContext context,
      MacroRegistry macros,
      String packageName,
      TestSpec test,
      NodeConfig config,
      Relation subject,
      String file) {
    String name = "test_" + Objects.requireNonNull(test.macro());
    Optional<Macro> macro =
        test.packageName() == null
            ? macros.resolve(packageName, name)
            : macros.find(test.packageName(), name);
    Map<String, @Nullable Object> arguments = new LinkedHashMap<>();
    arguments.put("model", filtered(subject, config));
    if (test.column() != null) {
      arguments.put("column_name", test.column());
    }
    test.arguments().forEach((key, value) -> arguments.put(key, evaluated(context, file, value)));
    Macro found =
        macro.orElseThrow(() -> new TemplateException("there is no test '" + test.macro() + "'"));
    return Values.text(context.bind(found).call(new Arguments(List.of(), arguments))).strip();
  }

  /** The relation, or with {@code where} a subquery of it. */
  private static Object filtered(Relation subject, NodeConfig config) {
    Optional<String> where = config.text("where");
    return where.isEmpty() || where.get().isBlank()
        ? subject
        : "(select * from " + subject + " where " + where.get() + ") dbt_subquery";
  }

  /** A text that is a call, such as {@code ref('countries')}, stands for its result. */
  private static @Nullable Object evaluated(
      RenderContext context, String file, @Nullable Object value) {
    if (value instanceof String text) {
      if (CALL.matcher(text).matches()) {
        return context.interpreter().evaluate(file, text);
      }
      if (text.contains("{{")) {
        return context.interpreter().render(ai.ipai.pipelines.jinja.Template.parse(file, text));
      }
    }
    return value;
  }
}
