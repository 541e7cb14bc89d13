package ai.ipai.governance.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.governance.yaml.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("REQ-JOB-001")
class ScheduleChecksTest {
  @TempDir Path root;

  private List<String> faults(String head) throws IOException {
    Files.writeString(root.resolve("ipai.yaml"), "name: company\n");
    Files.createDirectories(root.resolve("jobs"));
    Files.writeString(
        root.resolve("jobs/nightly.yaml"), head + "tasks:\n  - {name: models, build: all}\n");
    Faults faults = new Faults();
    Workspace.read(root, KnownNames.none(), faults);
    return faults.list().stream().map(Object::toString).toList();
  }

  @Test
  void schedulesThatMakeSenseAreTaken() throws IOException {
    assertThat(faults("schedule: 15 3 * * mon-fri\ntime_zone: Europe/Berlin\n")).isEmpty();
    assertThat(faults("schedule: 0 0 29 2 *\n")).isEmpty();
    assertThat(faults("schedule: 0 6 * * friL\n")).isEmpty();
    assertThat(faults("schedule: every 15m\n")).isEmpty();
  }

  @Test
  void whatIsNoTimeIsReportedWhereItStands() throws IOException {
    assertThat(faults("schedule: 15 25 * * *\ntime_zone: Europe/Berln\n"))
        .hasSize(2)
        .anySatisfy(
            fault ->
                assertThat(fault)
                    .startsWith("jobs/nightly.yaml:1:11 ")
                    .contains("\"25\" is no hour: it is 0 to 23"))
        .anySatisfy(
            fault ->
                assertThat(fault)
                    .startsWith("jobs/nightly.yaml:2:12 WSP-024 there is no time zone")
                    .contains("Europe/Berlin"));
  }

  @Test
  void aDayThatNeverComesIsReported() throws IOException {
    assertThat(faults("schedule: 0 0 30 2 *\n"))
        .singleElement()
        .asString()
        .contains("\"0 0 30 2 *\" never comes");
  }
}
