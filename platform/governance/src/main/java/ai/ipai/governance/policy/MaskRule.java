package ai.ipai.governance.policy;

import ai.ipai.governance.yaml.FilePlace;
import java.util.List;

/**
 * Which columns are hidden, how, and from whom not.
 *
 * @param columns by name; empty where tags decide
 * @param tags by name or glob; empty where columns decide
 * @param unless who sees the clear value
 */
public record MaskRule(
    FilePlace place,
    List<ColumnPattern> columns,
    List<String> tags,
    Rendering with,
    List<Subject> unless,
    String description) {
  public MaskRule {
    columns = List.copyOf(columns);
    tags = List.copyOf(tags);
    unless = List.copyOf(unless);
  }

  boolean matchesTag(String tag) {
    return tags.stream().anyMatch(pattern -> new Glob(pattern).matches(tag));
  }
}
