package ai.ipai.console.view;

import java.util.List;

/**
 * A column of a table.
 *
 * @param mask how the visitor sees it: empty for clear, else what hides it
 */
public record ColumnView(
    String name,
    String type,
    String description,
    List<String> tags,
    boolean isNullable,
    String mask) {
  public ColumnView {
    tags = List.copyOf(tags);
  }

  /** The same column, seen through a mask; an empty one leaves it clear. */
  public ColumnView masked(String by) {
    return new ColumnView(name, type, description, tags, isNullable, by);
  }
}
