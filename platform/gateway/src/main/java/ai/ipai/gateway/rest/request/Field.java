package ai.ipai.gateway.rest.request;

import java.util.List;

/** A column, and a way into its JSON. */
public record Field(String name, List<JsonStep> path) {
  public static final String STAR = "*";

  public Field {
    path = List.copyOf(path);
  }

  public static Field of(String name) {
    return new Field(name, List.of());
  }
}
