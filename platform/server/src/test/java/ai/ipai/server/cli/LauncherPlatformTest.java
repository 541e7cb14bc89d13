package ai.ipai.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What {@code ./ipai} says before any Java runs. */
@Tag("REQ-SERVER-001")
class LauncherPlatformTest {
  private record Said(int code, String text) {}

  private static Said ipai(String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("sh", "ipai"));
    command.addAll(List.of(words));
    Process process =
        new ProcessBuilder(command)
            .directory(Path.of(System.getProperty("ipai.root", "../..")).toFile())
            .redirectErrorStream(true)
            .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Said(process.exitValue(), text);
  }

  @Test
  void theHelpOfTestNamesTheSeed() throws Exception {
    Said help = ipai("test", "--all", "--help");
    assertThat(help.code()).isZero();
    assertThat(help.text()).contains("--all", "--seed N", "-- MAVEN ARGUMENTS");
  }

  @Test
  void aSeedIsANumberAndAnUnknownOptionIsWrongUsage() throws Exception {
    for (String[] wrong :
        new String[][] {
          {"test", "--seed", "x"},
          {"test", "--seed"},
          {"test", "--seed="},
          {"test", "--seed=1e9"},
          {"test", "--sed", "1"}
        }) {
      Said said = ipai(wrong);
      assertThat(said.code()).as(String.join(" ", wrong)).isEqualTo(Cli.WRONG_USAGE);
      assertThat(said.text()).contains("ipai: test: ");
    }
  }

  /** The order that JUnit follows is the one that is printed. */
  @Test
  void theSeedReachesTheTests() {
    assertThat(System.getProperty("junit.jupiter.execution.order.random.seed")).matches("[0-9]+");
  }
}
