package ai.ipai.governance.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-WSP-004")
class ExampleWorkspaceTest {
  private static final Path COMPANY =
      Path.of(System.getProperty("ipai.root", "../.."), "examples/company");

  @Test
  void theExampleCompanyHasNoFault() {
    Faults faults = new Faults();
    Workspace company = Workspace.read(COMPANY, KnownNames.none(), faults);
    assertThat(faults.toString()).isEmpty();
    assertThat(company.declared(DeclaredKind.SEMANTIC_MODEL)).isNotEmpty();
    assertThat(company.declared(DeclaredKind.DASHBOARD)).isNotEmpty();
    assertThat(company.policies().grants()).isNotEmpty();
  }

  @Test
  @Tag("REQ-WSP-003")
  void theSchemaOfPoliciesThatEditorsUseAcceptsTheExamples() throws IOException {
    SchemaCheck schema = SchemaLibrary.shipped().named("policies");
    try (Stream<Path> files = Files.list(COMPANY.resolve("policies"))) {
      for (Path file : files.toList()) {
        Faults faults = new Faults();
        schema.check(Yaml.read(COMPANY, file, faults).orElseThrow(), faults);
        assertThat(faults.toString()).isEmpty();
      }
    }
  }
}
