package ai.ipai.server.health;

import java.util.function.Supplier;

/**
 * One thing that must be well for the platform to serve.
 *
 * @param name such as {@code database}
 * @param probe quick (a second at most)
 */
public record Check(String name, Supplier<Health> probe) {
  /** A check whose text is empty when well, else says what is wrong. */
  public static Check ofFault(String name, Supplier<String> fault) {
    return new Check(
        name,
        () -> {
          String text = fault.get();
          return text.isEmpty() ? Health.UP : Health.DOWN;
        });
  }
}
