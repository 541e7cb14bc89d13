package ai.ipai.governance.policy;

import ai.ipai.spi.name.QualifiedName;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Every rule of a workspace, in the order of files and lines. */
public record PolicySet(
    List<GrantRule> grants,
    List<RowFilterRule> rowFilters,
    List<MaskRule> masks,
    List<TagRule> tags) {
  public static final PolicySet EMPTY = new PolicySet(List.of(), List.of(), List.of(), List.of());

  public PolicySet {
    grants = List.copyOf(grants);
    rowFilters = List.copyOf(rowFilters);
    masks = List.copyOf(masks);
    tags = List.copyOf(tags);
  }

  public PolicySet and(PolicySet other) {
    return new PolicySet(
        joined(grants, other.grants),
        joined(rowFilters, other.rowFilters),
        joined(masks, other.masks),
        joined(tags, other.tags));
  }

  private static <T> List<T> joined(List<T> first, List<T> second) {
    List<T> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  /** The tags of a column, those of its table included. */
  public Set<String> tagsOf(QualifiedName relation, String column) {
    Set<String> found = tagsOf(relation);
    found.addAll(columnTagsOf(relation, column));
    return found;
  }

  /** The tags of a column itself. */
  public Set<String> columnTagsOf(QualifiedName relation, String column) {
    Set<String> found = new TreeSet<>();
    tags.stream()
        .filter(rule -> rule.columns().stream().anyMatch(c -> c.matches(relation, column)))
        .forEach(rule -> found.addAll(rule.tags()));
    return found;
  }

  /** The tags of a table as such. */
  public Set<String> tagsOf(QualifiedName relation) {
    Set<String> found = new TreeSet<>();
    tags.stream()
        .filter(rule -> rule.tables().stream().anyMatch(t -> t.matches(relation)))
        .forEach(rule -> found.addAll(rule.tags()));
    return found;
  }
}
