package ai.ipai.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.ConnectorContext;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.Finding;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.Settings;
import ai.ipai.spi.connector.StreamRequest;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("REQ-CON-033")
class OpenPlacesTest {
  @TempDir Path temporary;
  private Path workspace;

  @BeforeEach
  void write() throws IOException {
    workspace = Files.createDirectories(temporary.resolve("workspace"));
    put(workspace.resolve("files/a.csv"));
    put(workspace.resolve(".ipai/master.key"));
    put(workspace.resolve("state/master.key"));
    put(temporary.resolve("outside/b.csv"));
    put(temporary.resolve("outside/.hidden/c.csv"));
  }

  private static void put(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "n\nvalue of " + file.getFileName() + "\n");
  }

  @Test
  void whatLiesOutsideTheWorkspaceIsRefusedHoweverItIsNamed() throws IOException {
    Files.createSymbolicLink(workspace.resolve("link"), temporary.resolve("outside"));
    Files.createSymbolicLink(workspace.resolve("keys"), workspace.resolve(".ipai"));
    List<String> folders =
        List.of(
            temporary.resolve("outside").toString(),
            "../outside",
            "files/../../outside",
            "link",
            "keys",
            ".ipai",
            "./files/../.ipai",
            "state",
            "/proc/self",
            "/etc",
            "/nowhere/at/all",
            "..",
            "/");
    for (String folder : folders) {
      refused(folder, "");
    }
  }

  @Test
  void keysInsideTheFolderAreNotSeen() throws IOException {
    Files.createSymbolicLink(workspace.resolve("key.csv"), workspace.resolve(".ipai/master.key"));
    Files.createSymbolicLink(workspace.resolve("key2.csv"), workspace.resolve("state/master.key"));
    Files.createSymbolicLink(workspace.resolve("b.csv"), temporary.resolve("outside/b.csv"));
    assertThat(files(".", "")).containsExactly("files/a.csv");
  }

  @Test
  void theOperatorOpensOtherFolders() throws IOException {
    String roots = temporary.resolve("nothing") + ":" + temporary.resolve("outside");
    assertThat(files(temporary.resolve("outside").toString(), roots)).containsExactly("b.csv");
    refused(temporary.resolve("outside/.hidden").toString(), roots);
    refused(temporary.toString(), roots);
    assertThat(files("files", roots)).containsExactly("a.csv");
  }

  @Test
  void aFileThatBecomesALinkMeanwhileIsNotFollowed() throws IOException {
    OpenPlaces places = OpenPlaces.of(workspace, "", List.of());
    Folder folder = new Folder(workspace.resolve("files"), places);
    Folder.Entry listed =
        folder.changed("*.csv", FileVersions.none(), new Cancellation()).getFirst();
    Files.delete(workspace.resolve("files/a.csv"));
    Files.createSymbolicLink(
        workspace.resolve("files/a.csv"), workspace.resolve(".ipai/master.key"));
    assertThatThrownBy(() -> folder.resolve(listed))
        .isInstanceOfSatisfying(
            IpaiException.class, e -> assertThat(e.code()).isEqualTo(ConnectorErrors.SETTING));
  }

  private Connector open(String folder, String roots) {
    return FileConnectorType.of(Map.of("IPAI_FILE_ROOTS", roots), workspace.resolve("state"))
        .open(
            new ConnectorSettings(
                "files",
                Settings.of("connection", Map.of("folder", folder)),
                List.of(
                    new ConnectorSettings.Selection(
                        "s", Settings.of("s", Map.of("glob", "**", "format", "csv"))))),
            new ConnectorContext(r -> "", Clock.systemUTC(), new Cancellation(), workspace));
  }

  private List<String> files(String folder, String roots) {
    List<String> files = new ArrayList<>();
    try (Connector connector = open(folder, roots);
        BatchReader reader = connector.open(new StreamRequest("s", ReadMode.SNAPSHOT, null))) {
      for (RecordBatch batch = reader.next(); batch != null; batch = reader.next()) {
        batch.rows().forEach(row -> files.add(String.valueOf(row.value(0))));
      }
    }
    return files;
  }

  private void refused(String folder, String roots) {
    try (Connector connector = open(folder, roots)) {
      assertThat(connector.check())
          .as(folder)
          .singleElement()
          .satisfies(
              finding -> {
                assertThat(finding.severity()).isEqualTo(Finding.Severity.ERROR);
                assertThat(finding.message()).startsWith("CON-002");
                assertThat(finding.hint()).contains("IPAI_FILE_ROOTS");
              });
    }
    assertThatThrownBy(() -> files(folder, roots))
        .as(folder)
        .isInstanceOfSatisfying(
            IpaiException.class, e -> assertThat(e.code()).isEqualTo(ConnectorErrors.SETTING));
  }
}
