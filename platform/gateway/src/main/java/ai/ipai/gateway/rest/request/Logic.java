package ai.ipai.gateway.rest.request;

import java.util.List;

/** Conditions joined by {@code and} and {@code or}. */
public sealed interface Logic {
  /**
   * Several.
   *
   * @param isAny {@code or} instead of {@code and}
   */
  record Group(boolean isNegated, boolean isAny, List<Logic> members) implements Logic {
    public Group {
      members = List.copyOf(members);
    }
  }

  /** One. */
  record Single(Filter filter) implements Logic {}
}
