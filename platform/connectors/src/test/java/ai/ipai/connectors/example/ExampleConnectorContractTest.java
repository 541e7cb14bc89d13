package ai.ipai.connectors.example;

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
import org.junit.jupiter.api.io.TempDir;

@Tag("REQ-CON-067")
class ExampleConnectorContractTest extends ConnectorContractTest {
  @TempDir private Path folder;

  @BeforeEach
  void write() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 1; i <= 200; i++) {
      lines.append(i % 150).append("\t2026-03-29T02:30:00+01:00\tentry ").append(i).append('\n');
    }
    Files.writeString(folder.resolve("diary.tsv"), lines);
  }

  @Override
  protected ConnectorType type() {
    return new ExampleConnectorType();
  }

  @Override
  protected ConnectorSettings settings() {
    return settings(Map.of("file", "diary.tsv", "lines", 7L));
  }

  private static ConnectorSettings settings(Map<String, @Nullable Object> connection) {
    return new ConnectorSettings("test", Settings.of("test", connection), List.of());
  }

  @Override
  protected Map<String, ConnectorSettings> wrongSettings() {
    return Map.of(
        "file missing", settings(Map.of()),
        "file", settings(Map.of("file", "nowhere.tsv")),
        "lines", settings(Map.of("file", "diary.tsv", "lines", 0L)));
  }

  @Override
  protected String stream() {
    return "entries";
  }

  @Override
  protected Path workspace() {
    return folder;
  }

  private boolean append(String line) throws IOException {
    Files.writeString(folder.resolve("diary.tsv"), line + "\n", StandardOpenOption.APPEND);
    return true;
  }

  @Override
  protected boolean change() throws IOException {
    return append("1\t2026-01-01T00:00:00Z\tchanged") && append("999\t2026-01-01T00:00:00Z\tnew");
  }

  @Override
  protected boolean delete() throws IOException {
    return append("5\t2026-01-01T00:00:00Z\t");
  }

  @Override
  protected boolean addValue(int characters) throws IOException {
    return append("7\t2026-01-01T00:00:00Z\t" + "x".repeat(characters));
  }

  @Override
  protected Optional<String> emptyStream() throws IOException {
    Files.writeString(folder.resolve("diary.tsv"), "");
    return Optional.of("entries");
  }
}
