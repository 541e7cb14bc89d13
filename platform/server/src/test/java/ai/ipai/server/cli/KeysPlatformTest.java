package ai.ipai.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.gateway.token.KeyRing;
import ai.ipai.server.Platform;
import ai.ipai.server.PlatformConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys of tokens, by the commands that a person types. */
@Tag("REQ-AUTH-012")
class KeysPlatformTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void keysAreListedRotatedAndForgotten() throws Exception {
    Path root = Path.of(System.getProperty("ipai.root", "../.."));
    RecordingTerminal terminal =
        new RecordingTerminal(
            Map.of("IPAI_DATA_DIR", folder.resolve("data").toString(), "IPAI_DATABASE_PORT", "0"));
    try (Platform running = Platform.start(PlatformConfig.embedded(root, folder.resolve("data")))) {
      List<String> first = KeyRing.ids(running.installation().vault());
      assertThat(first).hasSize(1);
      done(terminal, "keys", "list", "-o", "csv");
      assertThat(terminal.out()).contains(first.getFirst() + ",signs");

      done(terminal, "keys", "rotate");
      List<String> second = KeyRing.ids(running.installation().vault());
      assertThat(second).hasSize(2).endsWith(first.getFirst());
      assertThat(terminal.out()).contains(second.getFirst());
      done(terminal, "keys", "list", "-o", "csv");
      assertThat(terminal.out())
          .contains(second.getFirst() + ",signs", first.getFirst() + ",still accepted");

      done(terminal, "keys", "rotate", "--forget-former");
      assertThat(KeyRing.ids(running.installation().vault()))
          .hasSize(1)
          .doesNotContainAnyElementsOf(second);
      done(terminal, "audit", "search", "--object", "auth/signing_keys");
      assertThat(terminal.out()).contains("secret.rotate");
    }
  }

  @Test
  void withTheSecretThereAreNone() {
    RecordingTerminal terminal =
        new RecordingTerminal(
            Map.of(
                "IPAI_DATA_DIR", folder.resolve("data").toString(), "IPAI_AUTH_SIGNING", "HS256"));
    assertThat(terminal.run("keys", "list")).isEqualTo(Cli.WRONG_USAGE);
    assertThat(terminal.err()).contains("IPAI_AUTH_SIGNING");
  }

  private static void done(RecordingTerminal terminal, String... args) {
    assertThat(terminal.run(args))
        .as(() -> String.join(" ", args) + "\n" + terminal.out() + terminal.err())
        .isEqualTo(Cli.DONE);
  }
}
