package ai.ipai.pipelines.compile;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.pipelines.ProjectFolder;
import ai.ipai.pipelines.parse.ProjectReader;
import ai.ipai.pipelines.project.Node;
import ai.ipai.pipelines.project.NodeType;
import ai.ipai.pipelines.project.Project;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The project of the example company, which is what new users read first. */
@Tag("REQ-PIPE-001")
class CompanyProjectTest {
  @Test
  void theExampleCompanyCompilesWithoutADatabase() {
    Path root = Path.of(System.getProperty("ipai.root", "../..")).resolve("examples/company");
    Project project = ProjectReader.read(root, ProjectFolder.settings());
    ModelCompiler compiler = new ModelCompiler(project, Catalog.NONE, message -> {});
    for (Node node : project.all()) {
      String sql = compiler.compile(node, ModelCompiler.Options.of(ProjectFolder.settings())).sql();
      assertThat(sql).as(node.uniqueId()).doesNotContain("{{").doesNotContain("{%");
      if (node.type() != NodeType.SEED) {
        assertThat(sql).as(node.uniqueId()).isNotBlank();
      }
    }
    assertThat(project.ofType(NodeType.MODEL)).hasSizeGreaterThan(20);
    assertThat(project.ofType(NodeType.TEST)).hasSizeGreaterThan(50);
  }
}
