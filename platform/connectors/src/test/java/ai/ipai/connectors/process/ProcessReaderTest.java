package ai.ipai.connectors.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.connectors.BatchWeight;
import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.ConnectorContext;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.Cursor;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("REQ-CON-069")
class ProcessReaderTest {
  private static final String SECRET = "canary/secret+5c1f==";

  @TempDir private Path folder;

  private static List<String> java(Class<?> main) {
    return List.of(
        ProcessHandle.current().info().command().orElse("java"),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
        "-cp",
        System.getProperty("java.class.path"),
        main.getName());
  }

  private Connector connector(String... flags) {
    Map<String, Object> config =
        Map.of(
            "file",
            folder.resolve("things.jsonl").toString(),
            "key",
            "secret://x/key",
            "flags",
            String.join(" ", flags));
    return new ProcessConnectorType(Map.of("spoken", java(SpokenSource.class)))
        .open(
            new ConnectorSettings(
                "test",
                Settings.of("test", Map.of("program", "spoken", "config", config)),
                List.of()),
            new ConnectorContext(r -> SECRET, Clock.systemUTC(), new Cancellation(), folder));
  }

  private static List<RecordBatch> read(Connector connector, @Nullable Cursor from) {
    List<RecordBatch> batches = new ArrayList<>();
    try (BatchReader reader =
        connector.open(new StreamRequest("things", ReadMode.SNAPSHOT, from))) {
      for (RecordBatch batch = reader.next(); batch != null; batch = reader.next()) {
        batches.add(batch);
      }
    }
    return batches;
  }

  private static long rows(List<RecordBatch> batches) {
    return batches.stream().mapToLong(batch -> batch.rows().size()).sum();
  }

  private void write(int rows, int characters, String before) throws IOException {
    StringBuilder lines = new StringBuilder(before);
    for (int i = 0; i < rows; i++) {
      lines.append("{\"id\":%d,\"name\":\"%s\"}".formatted(i, "x".repeat(characters))).append('\n');
    }
    Files.writeString(folder.resolve("things.jsonl"), lines);
  }

  @Test
  @Tag("REQ-CON-087")
  void withoutAKeyItGoesOnOnlyAfterTheVeryRecordsThatItHad() throws IOException {
    write(5_000, 1, "");
    try (Connector connector = connector("keyless")) {
      List<RecordBatch> whole = read(connector, null);
      assertThat(rows(whole)).isEqualTo(5_000);
      Cursor killed = whole.getFirst().after();
      assertThat(rows(read(connector, killed))).isEqualTo(5_000 - whole.getFirst().rows().size());
      write(5_000, 1, "{\"id\":-1}\n");
      assertLost(connector, killed);
      write(1_000, 1, "");
      assertLost(connector, killed);
    }
  }

  private static void assertLost(Connector connector, Cursor from) {
    assertThatThrownBy(() -> read(connector, from))
        .isInstanceOfSatisfying(
            IpaiException.class, e -> assertThat(e.code()).isEqualTo(ConnectorErrors.CURSOR));
  }

  @Test
  @Tag("REQ-CON-088")
  void batchesAndWhatWaitsForThemAreBoundedByWhatTheyWeigh() throws IOException {
    write(100, 1 << 20, "");
    try (Connector connector = connector("keyless")) {
      List<RecordBatch> batches = read(connector, null);
      assertThat(rows(batches)).isEqualTo(100);
      assertThat(batches)
          .allSatisfy(
              batch ->
                  assertThat(batch.rows().size() * (1L << 20))
                      .isLessThan(BatchWeight.MAX_BYTES + (2L << 20)));
    }
    Config config =
        new Config(
            "{\"flags\":\"keyless\",\"file\":\"" + folder.resolve("things.jsonl") + "\"}",
            List.of());
    Program program =
        new Program(
            "spoken", java(SpokenSource.class), Duration.ofMinutes(2), config, new Cancellation());
    try (Conversation said = program.start("read", Map.of())) {
      while (said.waitingBytes() < 30 << 20) {
        Thread.onSpinWait();
      }
      int lines = 0;
      while (said.next().isPresent()) {
        assertThat(said.waitingBytes()).isLessThanOrEqualTo(32 << 20);
        lines++;
      }
      assertThat(lines).isGreaterThan(100);
    }
  }

  @Test
  void whatAProgramComplainsOfIsRepeatedWithoutSecretsAndNotForEver() {
    try (Connector connector = connector("complain")) {
      String said = connector.check().stream().map(Finding::message).toList().toString();
      assertThat(said)
          .contains("cannot log in with ***")
          .doesNotContain("canary")
          .hasSizeLessThan(700);
      assertThatThrownBy(connector::discover)
          .isInstanceOfSatisfying(
              IpaiException.class,
              e -> {
                assertThat(e.code()).isEqualTo(ConnectorErrors.PROCESS);
                assertThat(e.getMessage())
                    .contains("***")
                    .doesNotContain("canary")
                    .doesNotContain("\n");
              });
    }
  }

  @Test
  void everySpellingOfASecretIsTakenOut() {
    Config config = Config.resolved(Map.of("a", List.of("secret://x/key")), r -> SECRET);
    assertThat(
            config.repeatable(
                "%s %s %s \t ok"
                    .formatted(
                        SECRET, "canary%2Fsecret%2B5c1f%3D%3D", "Y2FuYXJ5L3NlY3JldCs1YzFmPT0=")))
        .isEqualTo("*** *** *** ok");
    assertThat(config.json()).contains(SECRET);
  }

  @Test
  void whatAKilledProcessLeftIsRemovedAndWhatALivingOneHasIsNot() throws Exception {
    Process holder =
        new ProcessBuilder(java(FolderHolder.class))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      Path left = Path.of(holder.inputReader().readLine());
      assertThat(left.resolve("config.json")).exists();
      SourceFolders.sweep();
      assertThat(left.resolve("config.json")).exists();
      holder.destroyForcibly().waitFor();
      assertThat(left.resolve("config.json")).exists();
      Path ours = SourceFolders.create();
      SourceFolders.sweep();
      assertThat(left).doesNotExist();
      assertThat(left.getParent()).doesNotExist();
      assertThat(ours).exists();
      SourceFolders.delete(ours);
    } finally {
      holder.destroyForcibly();
    }
  }
}
