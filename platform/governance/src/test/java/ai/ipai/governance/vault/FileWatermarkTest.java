package ai.ipai.governance.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("REQ-VAULT-005")
class FileWatermarkTest {
  @TempDir Path folder;

  /** Each raises to every number of its own; the last word has the highest, whoever said it. */
  @Test
  void ofSeveralProcessesNoneTakesItBack() throws Exception {
    int processes = 3;
    int rounds = 60;
    List<Process> raising = new ArrayList<>();
    for (int i = 0; i < processes; i++) {
      raising.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Raising.class.getName(),
                  folder.toString(),
                  Integer.toString(i),
                  Integer.toString(processes),
                  Integer.toString(rounds))
              .inheritIO()
              .start());
    }
    for (Process process : raising) {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).as("it went back").isZero();
    }
    assertThat(new FileWatermark(folder).highest()).isEqualTo((long) processes * rounds);
    assertThat(names()).containsExactlyInAnyOrder(FileWatermark.FILE, FileWatermark.LOCK);
  }

  @Test
  void whatCannotBeWrittenLeavesNothingBehind() throws IOException {
    Files.createDirectory(folder.resolve(FileWatermark.FILE));
    Files.writeString(folder.resolve(FileWatermark.FILE).resolve("in-the-way"), "");
    assertThatThrownBy(() -> new FileWatermark(folder).reset(1)).isInstanceOf(IpaiException.class);
    assertThat(names()).doesNotContain(".partial").noneMatch(name -> name.endsWith(".partial"));
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  /** A process of its own: {@code folder, first, step, rounds}. */
  static final class Raising {
    private Raising() {}

    public static void main(String[] arguments) {
      long first = Long.parseLong(arguments[1]);
      long step = Long.parseLong(arguments[2]);
      long rounds = Long.parseLong(arguments[3]);
      FileWatermark mark = new FileWatermark(Path.of(arguments[0]));
      for (long round = 0; round < rounds; round++) {
        long mine = round * step + first + 1;
        mark.raise(mine);
        if (new FileWatermark(Path.of(arguments[0])).highest() < mine) {
          System.exit(1);
        }
      }
    }
  }
}
