package ai.ipai.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.testing.wait.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C in the middle of a benchmark. */
@Tag("REQ-SERVER-017")
class StoppedBenchPlatformTest {
  @TempDir Path folder;

  @Test
  void aBenchmarkThatIsStoppedLeavesNothingBehind() throws Exception {
    Path scratches = Files.createDirectory(folder.resolve("tmp"));
    Process bench =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + scratches,
                "-Dipai.root=" + RunningPlatform.ROOT.toAbsolutePath().normalize(),
                "-cp",
                System.getProperty("java.class.path"),
                "ai.ipai.server.Main",
                "bench",
                "audit")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile())
            .start();
    try {
      Await.until(
          "the database of the benchmark",
          Duration.ofSeconds(90),
          () -> isMeasuring(scratches) || !bench.isAlive());
      assertThat(bench.isAlive()).as(Files.readString(folder.resolve("output"))).isTrue();
      var children = bench.descendants().toList();
      assertThat(children).isNotEmpty();
      bench.destroy();
      assertThat(bench.waitFor(90, TimeUnit.SECONDS)).isTrue();
      assertThat(bench.exitValue()).isNotZero();
      assertThat(content(scratches)).noneMatch(name -> name.startsWith("ipai-bench"));
      Await.until(
          "its processes end",
          Duration.ofSeconds(30),
          () -> children.stream().noneMatch(ProcessHandle::isAlive));
    } finally {
      bench.destroyForcibly();
    }
  }

  /** The server has told its port, and the installation went on. */
  private static boolean isMeasuring(Path scratches) throws IOException {
    for (String name : content(scratches)) {
      if (Files.exists(scratches.resolve(name).resolve("installed"))) {
        return true;
      }
    }
    return false;
  }

  private static java.util.List<String> content(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
