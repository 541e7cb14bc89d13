package ai.ipai.governance.policy;

import ai.ipai.governance.yaml.FilePlace;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * A row filter fitted to one table and one grant.
 *
 * @param sql a boolean expression over the table's columns
 * @param columns the columns that it reads, perhaps more
 * @param text as the policy file has it, for people
 * @param unless callers who hold one of these are not narrowed
 * @param onlyFor callers who hold none of these are not narrowed; empty means everyone is
 */
public record RowFilter(
    String sql,
    Set<String> columns,
    String text,
    FilePlace place,
    Set<Subject> unless,
    Set<Subject> onlyFor) {
  public RowFilter {
    columns = Collections.unmodifiableSortedSet(new TreeSet<>(columns));
    unless = Collections.unmodifiableSortedSet(new TreeSet<>(unless));
    onlyFor = Collections.unmodifiableSortedSet(new TreeSet<>(onlyFor));
  }
}
