package ai.ipai.connectors.file;

import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.ConnectorType;
import ai.ipai.spi.connector.Settings;
import ai.ipai.testing.connector.ConnectorContractTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

@Tag("REQ-CON-067")
class FileConnectorContractTest extends ConnectorContractTest {
  @TempDir private Path folder;

  @BeforeEach
  void write() throws IOException {
    for (int file = 0; file < 4; file++) {
      write(file, file == 0 ? 12_000 : 20, "");
    }
  }

  private void write(int file, int rows, String more) throws IOException {
    StringBuilder csv = new StringBuilder("id,at,name\n");
    for (int i = 0; i < rows; i++) {
      csv.append(file * 100_000 + i)
          .append(",2026-03-29T02:30:00+01:00,name ")
          .append(i)
          .append('\n');
    }
    Files.writeString(folder.resolve("things" + file + ".csv"), csv + more);
  }

  @Override
  protected ConnectorType type() {
    return new FileConnectorType();
  }

  @Override
  protected ConnectorSettings settings() {
    return settings(".", Map.of("glob", "things*.csv"));
  }

  private static ConnectorSettings settings(String folder, Map<String, ?> options) {
    return new ConnectorSettings(
        "test",
        Settings.of("test", Map.of("folder", folder)),
        List.of(
            new ConnectorSettings.Selection("things", Settings.of("test", options)),
            new ConnectorSettings.Selection(
                "nothing", Settings.of("test", Map.of("glob", "nothing*.csv")))));
  }

  @Override
  protected Map<String, ConnectorSettings> wrongSettings() {
    return Map.of(
        "folder", settings("nowhere", Map.of("glob", "*.csv")),
        "glob missing", settings(".", Map.of()),
        "format", settings(".", Map.of("glob", "*.csv", "format", "word")),
        "encoding", settings(".", Map.of("glob", "*.csv", "encoding", "utf-99")),
        "delimiter", settings(".", Map.of("glob", "*.csv", "delimiter", "::")),
        "types", settings(".", Map.of("glob", "*.csv", "types", Map.of("id", "number"))));
  }

  @Override
  protected String stream() {
    return "things";
  }

  @Override
  protected Path workspace() {
    return folder;
  }

  @Override
  protected boolean change() throws IOException {
    write(1, 25, "");
    write(9, 3, "");
    return true;
  }

  @Override
  protected boolean delete() throws IOException {
    write(2, 10, "");
    return true;
  }

  @Override
  protected Optional<String> addColumn() throws IOException {
    Files.writeString(folder.resolve("things9.csv"), "id,at,name,size\n1,,x,5\n");
    return Optional.of("size");
  }

  @Override
  protected Optional<String> emptyStream() {
    return Optional.of("nothing");
  }

  @Override
  protected boolean addValue(int characters) throws IOException {
    write(3, 1, "7,,\"" + "x".repeat(characters) + "\"\n");
    return true;
  }
}
