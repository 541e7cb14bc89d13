package ai.ipai.pipelines.compile;

import ai.ipai.pipelines.jinja.Arguments;
import ai.ipai.pipelines.jinja.BlockFunction;
import ai.ipai.pipelines.jinja.TemplateFunction;
import ai.ipai.pipelines.jinja.Undefined;
import ai.ipai.pipelines.jinja.Values;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code run_query}, {@code statement} and {@code load_result}. */
final class QueryFunctions {
  private final Surroundings surroundings;
  private final Map<String, Object> results = new HashMap<>();

  QueryFunctions(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  Object find(String name) {
    return switch (name) {
      case "run_query" ->
          (TemplateFunction)
              arguments ->
                  surroundings.isExecuting()
                      ? surroundings.query(arguments.text(0, "sql", name))
                      : null;
      case "statement" -> new StatementFunction();
      case "load_result" ->
          (TemplateFunction) arguments -> results.get(arguments.text(0, "name", name));
      default -> (TemplateFunction) arguments -> "";
    };
  }

  private final class StatementFunction implements BlockFunction {
    @Override
    public @Nullable Object call(Arguments arguments) {
      return new Undefined("statement() outside a call block");
    }

    @Override
    public Object call(Arguments arguments, TemplateFunction block) {
      String sql = Values.text(block.call(Arguments.NONE));
      if (surroundings.isExecuting()) {
        ResultTable table = surroundings.query(sql);
        List<Object> data = new ArrayList<>(table.records());
        Object name = arguments.get(0, "name", null);
        if (name != null) {
          results.put(Values.text(name), Map.of("table", table, "data", data, "response", "OK"));
        }
      }
      return "";
    }
  }
}
