package ai.ipai.gateway.rest.plan;

import ai.ipai.gateway.rest.catalog.Routine;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A call of a function.
 *
 * @param parameters that get a value; the only one where it has no name
 * @param filterFields columns that filters need
 * @param returning columns that the result needs
 */
public record CallPlan(
    Routine routine,
    List<Routine.Parameter> parameters,
    Arguments arguments,
    Set<String> filterFields,
    Set<String> returning) {
  public CallPlan {
    parameters = List.copyOf(parameters);
  }

  /** Whether the whole body is the one argument. */
  public boolean isPositional() {
    return routine.parameters().size() == 1 && routine.parameters().getFirst().name().isEmpty();
  }

  /** What the parameters get. */
  public sealed interface Arguments {
    /** Texts by name; several for a variadic parameter. */
    record Named(Map<String, List<String>> values) implements Arguments {
      public Named {
        values = Map.copyOf(values);
      }
    }

    /** A body. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Body(byte[] bytes) implements Arguments {}
  }
}
