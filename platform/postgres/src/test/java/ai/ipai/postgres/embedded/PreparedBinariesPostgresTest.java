package ai.ipai.postgres.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("REQ-START-002")
final class PreparedBinariesPostgresTest {
  @TempDir private Path dir = Path.of("");

  @Test
  void aPreparedFolderGivesTheSameFilesWithoutTheArchive() throws IOException {
    Binaries prepared = Binaries.extract(dir.resolve("prepared"), Optional.empty());
    Files.writeString(prepared.home().resolve("marker"), "from the prepared folder");

    Binaries taken = Binaries.extract(dir.resolve("data"), Optional.of(dir.resolve("prepared")));

    assertThat(taken.home()).startsWith(dir.resolve("data"));
    assertThat(taken.home().resolve("marker")).hasContent("from the prepared folder");
    assertThat(names(taken.home())).isEqualTo(names(prepared.home()));
    assertThat(taken.program("postgres").toFile().canExecute()).isTrue();
    assertThat(dir.resolve("data").toFile().list()).as("nothing half done is left").hasSize(1);
  }

  @Test
  void aFolderOfAnotherVersionIsNotUsed() throws IOException {
    Files.createDirectories(dir.resolve("prepared/postgresql-1.0-linux-amd64/bin"));
    Binaries taken = Binaries.extract(dir.resolve("data"), Optional.of(dir.resolve("prepared")));
    assertThat(taken.program("postgres")).exists();
  }

  private static List<String> names(Path home) throws IOException {
    try (Stream<Path> files = Files.walk(home)) {
      return files
          .map(
              f ->
                  home.relativize(f) + (Files.isDirectory(f, LinkOption.NOFOLLOW_LINKS) ? "/" : ""))
          .sorted()
          .toList();
    }
  }
}
