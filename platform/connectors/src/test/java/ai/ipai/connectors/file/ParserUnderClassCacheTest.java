package ai.ipai.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.ConnectorContext;
import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.Settings;
import ai.ipai.spi.connector.StreamRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As the product is started: from jars, with the cache of classes that a rehearsal left. */
@Tag("REQ-CON-050")
class ParserUnderClassCacheTest {
  @TempDir Path folder;

  @Test
  void aPlatformStartedWithItsClassCacheParsesFiles() throws Exception {
    Path files = Files.createDirectory(folder.resolve("files"));
    Files.writeString(files.resolve("a.csv"), "n\n1\n2\n");
    String classPath = jarsOnly();
    Path cache = folder.resolve("classes.aot");
    assertThat(java(classPath, files, "-XX:AOTCacheOutput=" + cache)).contains("rows=2");
    assertThat(cache).isNotEmptyFile();
    // On: a cache that cannot be used is a fault, not a slow start.
    assertThat(java(classPath, files, "-XX:AOTCache=" + cache, "-XX:AOTMode=on"))
        .contains("rows=2");
  }

  /** The class path with an archive in the place of each folder: a cache takes nothing else. */
  private String jarsOnly() {
    ToolProvider jar = ToolProvider.findFirst("jar").orElseThrow();
    List<String> entries = new ArrayList<>();
    for (String entry :
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
            .split(System.getProperty("path.separator"), -1)) {
      if (Files.isDirectory(Path.of(entry))) {
        String archive = folder.resolve(entries.size() + ".jar").toString();
        assertThat(jar.run(System.out, System.err, "-c", "-0", "-f", archive, "-C", entry, "."))
            .isZero();
        entries.add(archive);
      } else if (entry.endsWith(".jar") && Files.exists(Path.of(entry))) {
        entries.add(entry);
      }
    }
    return String.join(System.getProperty("path.separator"), entries);
  }

  private String java(String classPath, Path files, String... flags)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(List.of(flags));
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-Xlog:disable",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classPath,
            ReadsAFolder.class.getName(),
            files.toString()));
    Path said = folder.resolve("said.txt");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return Files.readAllLines(said).stream()
        .filter(line -> !line.startsWith("Picked up JAVA_TOOL_OPTIONS"))
        .collect(Collectors.joining("\n"));
  }

  /** The platform's part: starts a parser for each file of a folder and counts what it read. */
  static final class ReadsAFolder {
    private ReadsAFolder() {}

    public static void main(String[] arguments) {
      Path folder = Path.of(arguments[0]);
      ConnectorSettings settings =
          new ConnectorSettings(
              "files",
              Settings.of("test", Map.of("folder", folder.toString())),
              List.of(
                  new ConnectorSettings.Selection(
                      "s", Settings.of("test", Map.of("glob", "*.csv")))));
      ConnectorContext context =
          new ConnectorContext(name -> "", Clock.systemUTC(), new Cancellation(), folder);
      long rows = 0;
      try (Connector connector =
              new FileConnectorType(ParserProgram.usual()).open(settings, context);
          BatchReader reader = connector.open(new StreamRequest("s", ReadMode.SNAPSHOT, null))) {
        for (RecordBatch batch = reader.next(); batch != null; batch = reader.next()) {
          rows += batch.rows().size();
        }
      }
      System.out.println("rows=" + rows);
    }
  }
}
