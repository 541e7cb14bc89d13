package ai.ipai.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("REQ-SERVER-001")
class CliTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  @TempDir private Path dataDir = Path.of("");

  private int run(String... args) {
    return Cli.run(List.of(args), terminal(false));
  }

  private Terminal terminal(boolean hasColour) {
    return new Terminal(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        false,
        hasColour,
        Map.of("IPAI_DATA_DIR", dataDir.toString()),
        Path.of(System.getProperty("ipai.root", "../..")));
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void bareItListsEveryWordWithALine() {
    assertThat(run()).isEqualTo(Cli.DONE);
    for (Word word : Words.all()) {
      assertThat(out()).containsPattern("(?m)^  " + word.name() + " +\\S+");
      assertThat(word.summary()).doesNotContain("\n");
    }
  }

  @Test
  void everyWordExplainsItselfWithExamples() {
    for (Word word : Words.all()) {
      out.reset();
      assertThat(run(word.name(), "--help")).as(word.name()).isEqualTo(Cli.DONE);
      assertThat(out()).as(word.name()).contains("Usage: ./ipai " + word.name(), "Examples:");
    }
  }

  @Test
  void anUnknownWordIsWrongUsageAndTheNearestIsNamed() {
    assertThat(run("statsu")).isEqualTo(Cli.WRONG_USAGE);
    assertThat(err()).contains("did you mean: ./ipai status?");
  }

  @Test
  void anUnknownOptionIsWrongUsage() {
    assertThat(run("status", "--nonsense")).isEqualTo(Cli.WRONG_USAGE);
    assertThat(err()).contains("--nonsense", "--help").doesNotContain("\tat ");
  }

  @Test
  void statusWithoutAServerSaysHowToStartOne() {
    assertThat(run("status")).isEqualTo(Cli.FAILED);
    assertThat(err()).contains("SRV-005 NOT_RUNNING", "./ipai up");
  }

  @Test
  void aTokenForARoleNeedsNoDatabase() {
    assertThat(run("token", "ipai_auditor")).isEqualTo(Cli.DONE);
    assertThat(out().strip().split("\\.", -1)).hasSize(3);
    assertThat(err()).isEmpty();
  }

  @Test
  void wrongSettingsAreAllNamedAtOnce() {
    int code =
        Cli.run(
            List.of("status"),
            new Terminal(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                false,
                Map.of("IPAI_PORT", "abc", "IPAI_STATEMENT_TIMEOUT", "never"),
                Path.of(".")));
    assertThat(code).isEqualTo(Cli.WRONG_USAGE);
    assertThat(err()).contains("IPAI_PORT", "IPAI_STATEMENT_TIMEOUT");
  }

  @Test
  void withoutATerminalThereIsNoColour() {
    run();
    assertThat(out()).doesNotContain("\u001b");
    assertThat(terminal(true).bold("x")).contains("\u001b[1m");
  }

  @Test
  void listingsComeAsTableCsvJsonAndEnv() {
    Listing listing = new Listing("name", "value");
    listing.add(List.of("api_url", "http://x/?a=\"b\""));
    listing.add(Arrays.asList("count", null));
    listing.print(terminal(false), Format.CSV);
    assertThat(out()).isEqualTo("name,value\r\napi_url,\"http://x/?a=\"\"b\"\"\"\r\ncount,\r\n");
    out.reset();
    listing.print(terminal(false), Format.JSON);
    assertThat(out()).contains("{\"name\":\"count\",\"value\":null}");
    out.reset();
    listing.print(terminal(false), Format.ENV);
    assertThat(out()).contains("API_URL=\"http://x/?a=\\\"b\\\"\"");
    out.reset();
    listing.print(terminal(false), Format.TABLE);
    assertThat(out().lines().toList()).hasSize(3);
  }

  @Test
  void controlCharactersDoNotReachTheTerminal() {
    Listing listing = new Listing("a");
    listing.add(List.of("x\u001b[31my"));
    listing.print(terminal(false), Format.TABLE);
    assertThat(out()).doesNotContain("\u001b");
  }
}
