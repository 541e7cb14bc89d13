package ai.ipai.connectors.process;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.ConnectorContext;
import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.Cursor;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.Settings;
import ai.ipai.spi.connector.StreamDescriptor;
import ai.ipai.spi.connector.StreamRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A third party's implementation of the protocol, faros-airbyte-cdk from npm, against ours. */
@Tag("REQ-CON-069")
class FarosSourceTest {
  private static final String PACKAGE = "faros-airbyte-cdk@0.10.65";

  @TempDir private Path folder;

  @Test
  void aSourceWrittenWithAnothersKitIsReadWithItsState() throws Exception {
    install();
    Files.copy(
        Path.of("src/test/resources/ai/ipai/connectors/process/faros-source.js"),
        folder.resolve("source.js"));
    ProcessConnectorType type =
        ProcessConnectorType.of(
            Map.of("IPAI_PROCESS_SOURCES", "faros=node " + folder.resolve("source.js")));
    ConnectorSettings settings =
        new ConnectorSettings(
            "test",
            Settings.of(
                "test", Map.of("program", "faros", "config", Map.of("user", "chris", "until", 5L))),
            List.of());
    ConnectorContext context =
        new ConnectorContext(r -> "", Clock.systemUTC(), new Cancellation(), folder);
    try (Connector connector = type.open(settings, context)) {
      assertThat(connector.check()).isEmpty();
      StreamDescriptor stream = connector.discover().getFirst();
      assertThat(stream.name()).isEqualTo("numbers");
      assertThat(stream.key()).containsExactly("id");
      List<RecordBatch> first = read(connector, ReadMode.SNAPSHOT, null);
      assertThat(first.stream().mapToInt(batch -> batch.rows().size()).sum()).isEqualTo(5);
      assertThat(read(connector, ReadMode.CHANGES, first.getLast().after()))
          .allSatisfy(batch -> assertThat(batch.rows()).isEmpty());
    }
  }

  private static List<RecordBatch> read(Connector connector, ReadMode mode, @Nullable Cursor from) {
    List<RecordBatch> batches = new ArrayList<>();
    try (BatchReader reader = connector.open(new StreamRequest("numbers", mode, from))) {
      for (RecordBatch batch = reader.next(); batch != null; batch = reader.next()) {
        batches.add(batch);
      }
    }
    return batches;
  }

  private void install() throws Exception {
    boolean isThere = false;
    try {
      Process npm =
          new ProcessBuilder(
                  "npm",
                  "install",
                  "--ignore-scripts",
                  "--no-audit",
                  "--no-fund",
                  "--silent",
                  "--prefix",
                  folder.toString(),
                  PACKAGE,
                  "faros-js-client@0.7.1")
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("npm.log").toFile())
              .start();
      isThere = npm.waitFor(5, TimeUnit.MINUTES) && npm.exitValue() == 0;
    } catch (java.io.IOException noNpm) {
      // Said below.
    }
    if (!isThere) {
      System.err.println(
          "SKIPPED: " + PACKAGE + " cannot be installed here; no npm, or no registry");
    }
    Assumptions.assumeTrue(isThere, PACKAGE + " cannot be installed here");
  }
}
