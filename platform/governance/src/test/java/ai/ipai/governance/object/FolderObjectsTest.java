package ai.ipai.governance.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("REQ-BACKUP-006")
class FolderObjectsTest {
  private static final byte[] ONE = "one".getBytes(StandardCharsets.UTF_8);
  private static final byte[] TWO = "two".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  @Test
  void anObjectIsWrittenOnce() {
    FolderObjects objects = new FolderObjects(folder.resolve("new/place"));
    assertThat(objects.putNew("wal/1/a", ONE)).isTrue();
    assertThat(objects.putNew("wal/1/a", TWO)).isFalse();
    assertThat(objects.get("wal/1/a")).hasValue(ONE);
    assertThat(objects.list("wal/1/")).containsExactly("wal/1/a");
  }

  /** As the JDK says it on SMB, FUSE and FAT. */
  @Test
  void placesWithoutLinksKeepObjectsToo() throws IOException {
    for (WriteOnceFile.Link refused :
        List.<WriteOnceFile.Link>of(
            (link, existing) -> {
              throw new FileSystemException(
                  link.toString(), existing.toString(), "Operation not supported");
            },
            (link, existing) -> {
              throw new UnsupportedOperationException();
            })) {
      Path file = Files.createTempDirectory(folder, "share").resolve("a/b");
      assertThat(WriteOnceFile.create(file, ONE, refused)).isTrue();
      assertThat(WriteOnceFile.create(file, TWO, refused)).isFalse();
      assertThat(file).hasBinaryContent(ONE);
      Path cutOff = Files.createFile(file.resolveSibling("c"));
      assertThat(WriteOnceFile.create(cutOff, TWO, refused)).isTrue();
      assertThat(cutOff).hasBinaryContent(TWO);
      try (var left = Files.list(file.getParent())) {
        assertThat(left).hasSize(2);
      }
    }
  }

  @Test
  void aFolderThatCannotBeMadeIsAnError() throws IOException {
    Path inTheWay = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> WriteOnceFile.create(inTheWay.resolve("a"), ONE))
        .isInstanceOf(IOException.class);
  }
}
