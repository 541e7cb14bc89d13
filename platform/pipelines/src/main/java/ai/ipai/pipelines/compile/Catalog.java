package ai.ipai.pipelines.compile;

import ai.ipai.spi.name.QualifiedName;
import java.util.List;
import java.util.Optional;

/** What templates may learn of the database while they are compiled. */
public interface Catalog {
  /** Knows nothing and runs nothing: for compiling without a database. */
  Catalog NONE =
      new Catalog() {
        @Override
        public ResultTable query(String sql) {
          return ResultTable.EMPTY;
        }

        @Override
        public List<RelationColumn> columns(QualifiedName relation) {
          return List.of();
        }

        @Override
        public Optional<String> kindOf(QualifiedName relation) {
          return Optional.empty();
        }
      };

  ResultTable query(String sql);

  /** In order; empty where the relation is absent. */
  List<RelationColumn> columns(QualifiedName relation);

  /** {@code table} or {@code view}. */
  Optional<String> kindOf(QualifiedName relation);
}
