package ai.ipai.gateway.rest.catalog;

import ai.ipai.spi.name.QualifiedName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A table, view, materialized view or foreign table of an exposed schema.
 *
 * @param primaryKey sorted; of a view what it shows of the keys of its tables
 * @param columns by name, in their order
 * @param readers roles of callers that may read some column
 */
public record Table(
    QualifiedName name,
    boolean isView,
    boolean isInsertable,
    boolean isUpdatable,
    boolean isDeletable,
    List<String> primaryKey,
    Map<String, Column> columns,
    Optional<String> description,
    Set<String> readers) {
  public Table {
    primaryKey = List.copyOf(primaryKey);
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    readers = Set.copyOf(readers);
  }
}
