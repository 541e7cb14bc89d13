package ai.ipai.governance.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-SPC-004")
class RepositorySpecTest {
  @Test
  void everyRequirementOfThisRepositoryIsLinkedToTasksAndTests() {
    SpecReport report = SpecCheck.run(Path.of(System.getProperty("ipai.root", "../..")));
    assertThat(report.isSound()).as(report.text()).isTrue();
    assertThat(report.kits()).extracting(SpecKit::feature).contains("platform", "workspace");
  }
}
