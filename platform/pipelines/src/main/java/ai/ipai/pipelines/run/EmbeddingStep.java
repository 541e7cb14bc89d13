package ai.ipai.pipelines.run;

import ai.ipai.pipelines.project.Node;
import ai.ipai.spi.name.QualifiedName;
import java.sql.SQLException;

/** Adds the embedding column to a fresh build, where its configuration asks for one. */
interface EmbeddingStep {
  void run(Node node, QualifiedName build, BuildSession session) throws SQLException;
}
