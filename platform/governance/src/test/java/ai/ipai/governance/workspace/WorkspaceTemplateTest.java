package ai.ipai.governance.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("REQ-WSP-012")
class WorkspaceTemplateTest {
  @TempDir Path parent;

  @Test
  void aNewWorkspaceIsSoundAndNamedAfterItsFolder() throws IOException {
    Path folder = parent.resolve("12 My İdea!");
    WorkspaceTemplate.create(folder);
    Workspace workspace = Workspace.load(folder, KnownNames.none());
    assertThat(workspace.name()).matches("[a-z][a-z0-9_-]+").startsWith("my-");
    assertThat(folder.resolve(".ipai/schema/job.schema.json")).exists();
  }

  @Test
  void everySchemaThatAFileNamesIsWrittenBesideIt() throws IOException {
    Path folder = parent.resolve("new");
    for (Path file : WorkspaceTemplate.create(folder)) {
      String first = Files.readString(file).lines().findFirst().orElseThrow();
      if (first.contains("$schema=")) {
        Path schema = file.resolveSibling(first.substring(first.indexOf('=') + 1)).normalize();
        assertThat(schema).startsWith(folder).exists();
      }
    }
  }

  @Test
  void nothingIsOverwritten() throws IOException {
    Files.writeString(parent.resolve(".gitignore"), "mine");
    assertThatThrownBy(() -> WorkspaceTemplate.create(parent)).hasMessageContaining("already");
    assertThat(parent.resolve("ipai.yaml")).doesNotExist();
    assertThat(parent.resolve(".gitignore")).hasContent("mine");
  }
}
