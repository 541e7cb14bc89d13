package ai.ipai.governance.policy;

import ai.ipai.governance.yaml.FilePlace;
import java.util.Set;
import java.util.TreeSet;

/**
 * A masked column of one table.
 *
 * @param entitled who sees the clear value; the service key always does
 */
public record ColumnMask(
    ColumnShape column, Rendering rendering, Set<Subject> entitled, FilePlace place) {
  public ColumnMask {
    entitled = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(entitled));
  }
}
