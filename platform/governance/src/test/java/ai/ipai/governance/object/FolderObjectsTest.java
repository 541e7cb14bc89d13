package ai.ipai.governance.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
      Path share = Files.createTempDirectory(folder, "share");
      Path file = share.resolve("a/b");
      assertThat(WriteOnceFile.create(file, ONE, refused)).isTrue();
      assertThat(WriteOnceFile.create(file, TWO, refused)).isFalse();
      assertThat(file).hasBinaryContent(ONE);
      Path cutOff = Files.createFile(file.resolveSibling("c"));
      assertThat(WriteOnceFile.create(cutOff, TWO, refused)).isTrue();
      assertThat(cutOff).hasBinaryContent(TWO);
      assertThat(new FolderObjects(share).list("a/")).containsExactly("a/b", "a/c");
    }
  }

  @Test
  void ofThreadsThatWantOneNameOneGetsItAlsoWithoutLinks() throws Exception {
    int names = 50;
    Path place = Files.createDirectory(folder.resolve("share"));
    List<FutureTask<Integer>> writers = new ArrayList<>();
    for (int writer = 0; writer < 4; writer++) {
      byte[] own = {(byte) writer};
      writers.add(new FutureTask<>(() -> WriteOnceChild.write(place, names, own)));
      Thread.ofPlatform().start(writers.getLast());
    }
    int written = 0;
    for (FutureTask<Integer> writer : writers) {
      written += writer.get(1, TimeUnit.MINUTES);
    }
    assertThat(written).isEqualTo(names);
  }

  @Test
  void ofProcessesThatWantOneNameOneGetsItAlsoWithoutLinks() throws Exception {
    int names = 300;
    Path place = Files.createDirectory(folder.resolve("share"));
    List<Process> writers = new ArrayList<>();
    for (int writer = 0; writer < 2; writer++) {
      writers.add(WriteOnceChild.start(place, names, writer));
    }
    int written = 0;
    for (Process writer : writers) {
      writer.outputWriter().append('\n').flush();
    }
    for (Process writer : writers) {
      written += Integer.parseInt(writer.inputReader().readLine());
      assertThat(writer.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }
    assertThat(written).isEqualTo(names);
    try (Stream<Path> left = Files.list(place)) {
      assertThat(left.filter(file -> !file.toString().endsWith(WriteOnceFile.PARTIAL)))
          .hasSize(names)
          .allSatisfy(file -> assertThat(file).hasSize(1));
    }
  }

  @Test
  void aFolderThatCannotBeMadeIsAnError() throws IOException {
    Path inTheWay = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> WriteOnceFile.create(inTheWay.resolve("a"), ONE))
        .isInstanceOf(IOException.class);
  }
}
