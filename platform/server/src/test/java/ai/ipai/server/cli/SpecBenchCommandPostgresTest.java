package ai.ipai.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.gateway.http.Json;
import ai.ipai.server.bench.postgrest.SmallSpecs;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Specs of our own against the real gateway, one process for each of their configurations. */
@Tag("REQ-RESTSPEC-004")
class SpecBenchCommandPostgresTest {
  @TempDir Path folder;
  private final RecordingTerminal terminal = new RecordingTerminal();

  @Test
  void everyConfigurationGetsAGatewayAndEveryAreaAScore() throws Exception {
    SmallSpecs.write(folder);
    int code =
        terminal.run(
            "bench", "postgrest", "--specs", folder.toString(), "--failures", "9", "-o", "json");
    assertThat(code).as(terminal.err()).isEqualTo(Cli.FAILED);
    JsonNode small = row("Query/SmallSpec");
    assertThat(small.path("cases").intValue()).isEqualTo(7);
    assertThat(small.path("passed").intValue()).as(terminal.err()).isEqualTo(1);
    assertThat(small.path("not_run").intValue()).isEqualTo(1);
    assertThat(small.path("pending").intValue()).isEqualTo(1);
    assertThat(row("OtherSpec").path("passed").intValue()).as(terminal.err()).isEqualTo(1);
    assertThat(row("other configurations").path("cases").intValue()).isEqualTo(1);
    assertThat(terminal.err())
        .contains("NOT_RUN Query/SmallSpec: small > names nobody's function")
        .contains("nobody defines conjure");
  }

  private JsonNode row(String area) {
    for (JsonNode row : Json.read(terminal.out())) {
      if (row.path("area").stringValue().equals(area)) {
        return row;
      }
    }
    throw new AssertionError("no row of " + area + " in " + terminal.out());
  }

  @Test
  void aFolderWithoutSpecsIsWrongUsage() {
    assertThat(terminal.run("bench", "postgrest", "--specs", folder.toString()))
        .isEqualTo(Cli.WRONG_USAGE);
    assertThat(terminal.err()).contains("test/spec of a checkout");
  }
}
