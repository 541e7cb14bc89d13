package ai.ipai.connectors.process;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.ConnectorType;
import ai.ipai.spi.connector.Settings;
import ai.ipai.testing.connector.ConnectorContractTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("REQ-CON-069")
class ProcessConnectorContractTest extends ConnectorContractTest {
  @TempDir private Path folder;
  private boolean slow;

  @BeforeEach
  void write() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      lines.append(line(i % 50, "name " + i)).append('\n');
    }
    Files.writeString(file(), lines);
  }

  private Path file() {
    return folder.resolve("things.jsonl");
  }

  private static String line(int id, String name) {
    return "{\"id\":%d,\"at\":\"2026-03-29T02:30:00+01:00\",\"name\":\"%s\",\"tags\":[1,2]}"
        .formatted(id, name);
  }

  @Override
  protected ConnectorType type() {
    return new ProcessConnectorType(
        Map.of(
            "spoken",
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                SpokenSource.class.getName()),
            "gone",
            List.of("/nowhere/at/all")));
  }

  @Override
  protected ConnectorSettings settings() {
    return with("spoken", Map.of("file", file().toString(), "pace", slow ? "slow" : "quick"));
  }

  private static ConnectorSettings with(String program, Map<String, @Nullable Object> config) {
    return new ConnectorSettings(
        "test", Settings.of("test", Map.of("program", program, "config", config)), List.of());
  }

  @Override
  protected Map<String, ConnectorSettings> wrongSettings() {
    return Map.of(
        "program", with("rm", Map.of()),
        "program that is not there", with("gone", Map.of()),
        "config", with("spoken", Map.of("file", "/nowhere.jsonl", "key", "secret://a/b")),
        "silence",
            new ConnectorSettings(
                "test",
                Settings.of("test", Map.of("program", "spoken", "silence", "long")),
                List.of()));
  }

  @Override
  protected String stream() {
    return "things";
  }

  @Override
  protected boolean change() throws IOException {
    Files.writeString(
        file(), line(3, "changed") + "\n" + line(99, "new") + "\n", StandardOpenOption.APPEND);
    return true;
  }

  @Override
  protected Optional<String> addColumn() throws IOException {
    Files.writeString(file(), "{\"id\":70,\"extra\":{\"a\":1}}\n", StandardOpenOption.APPEND);
    return Optional.of("extra");
  }

  @Override
  protected Optional<String> emptyStream() throws IOException {
    Files.writeString(file(), "");
    return Optional.of("things");
  }

  @Override
  protected boolean addValue(int characters) throws IOException {
    Files.writeString(file(), line(71, "x".repeat(characters)) + "\n", StandardOpenOption.APPEND);
    return true;
  }

  @Override
  protected boolean slowDown() {
    slow = true;
    return true;
  }

  @Test
  void theOperatorNamesThePrograms() {
    assertThat(
            ProcessConnectorType.of(Map.of("IPAI_PROCESS_SOURCES", "a=node /opt/a.js; b=/opt/b"))
                .spec()
                .type())
        .isEqualTo("process");
  }
}
