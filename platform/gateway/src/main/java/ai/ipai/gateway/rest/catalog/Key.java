package ai.ipai.gateway.rest.catalog;

import ai.ipai.spi.name.QualifiedName;
import java.util.List;

/**
 * A primary key, unique or foreign key constraint.
 *
 * @param relation its table's oid
 * @param foreignRelation 0 where it is no foreign key; then the foreign parts are empty
 */
record Key(
    String name,
    Kind kind,
    QualifiedName table,
    long relation,
    List<String> columns,
    List<Integer> numbers,
    QualifiedName foreignTable,
    long foreignRelation,
    List<String> foreignColumns,
    List<Integer> foreignNumbers) {
  /** What kind of constraint. */
  enum Kind {
    PRIMARY,
    UNIQUE,
    FOREIGN
  }
}
