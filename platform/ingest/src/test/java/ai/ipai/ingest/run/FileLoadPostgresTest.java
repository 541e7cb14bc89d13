package ai.ipai.ingest.run;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.connectors.file.FileConnectorType;
import ai.ipai.ingest.definition.ConnectorDefinition;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.error.IpaiException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are loaded while they are parsed, though their last line may change everything. */
@Tag("REQ-CON-053")
class FileLoadPostgresTest {
  private static final int ROWS = 30_000;
  private static final int KILLED_RUNS = Boolean.getBoolean("ipai.test.all") ? 40 : 4;

  @TempDir Path folder;

  private static String csv(IntFunction<String> row, String end) {
    StringBuilder text = new StringBuilder("id,code,day,rare\n");
    for (int i = 1; i <= ROWS; i++) {
      text.append(i).append(',').append(row.apply(i)).append('\n');
    }
    return text + end;
  }

  private static ConnectorDefinition definition() {
    return ConnectorDefinition.of(
        "files",
        Map.of(
            "type",
            "file",
            "domain",
            "f",
            "connection",
            Map.of("folder", "."),
            "sync",
            Map.of("commit_every", "1ms"),
            "streams",
            List.of(Map.of("name", "t", "glob", "*.csv*", "mode", "full_refresh"))));
  }

  @Test
  void theLastLinesDecideAboutTypesAndABrokenFileLeavesNothing() throws Exception {
    Files.writeString(folder.resolve("a.csv"), csv(i -> i + ",2026-01-02,1", ""));
    // Numbers until a code with zeros at the end; a first value of a column near the end.
    Files.writeString(
        folder.resolve("b.csv"),
        csv(i -> i + ",2026-01-02," + (i > 29_000 ? "1.50" : ""), "30001,007,2026-01-02,2\n"));
    Files.write(
        folder.resolve("c.csv"),
        csv(i -> "1,2026-01-02,", "x,\u00ff\n")
            .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    try (IngestFixture fixture = new IngestFixture(folder, new FileConnectorType())) {
      fixture.apply(definition());
      SyncReport report = fixture.sync("files", SyncOptions.of("user:test"));
      assertThat(report.counts().inserted()).isEqualTo(2 * ROWS + 1);
      assertThat(report.counts().read()).isEqualTo(2 * ROWS + 1);
      assertThat(report.counts().rescued()).isZero();
      assertThat(fixture.value("select source from ipai.stream_reject")).isEqualTo("c.csv");
      assertThat(
              fixture.rows(
                  "select _ipai_file, count(*), count(distinct id), max(_ipai_line), sum(rare)"
                      + " from bronze_f.t group by 1 order by 1"))
          .containsExactly(
              List.of("a.csv", "30000", "30000", "30001", "30000"),
              List.of("b.csv", "30001", "30001", "30002", "1502.00"));
      assertThat(
              fixture.value(
                  "select string_agg(attname || ' ' || format_type(atttypid, null), ', ' order by"
                      + " attname) from pg_attribute where attrelid = 'bronze_f.t'::regclass and"
                      + " attnum > 0 and not attisdropped and attname not like '\\_ipai%'"))
          .isEqualTo("code text, day date, id bigint, rare numeric");
      assertThat(fixture.value("select code from bronze_f.t where id = 30001")).isEqualTo("007");
      assertThat(fixture.value("select rows_read || ' ' || rows_inserted from ipai.stream_run"))
          .isEqualTo("60001 60001");

      SyncReport again = fixture.sync("files", SyncOptions.of("user:test").withFullRefresh());
      assertThat(again.counts().inserted()).isEqualTo(2 * ROWS + 1);
      assertThat(fixture.value("select count(*) from bronze_f.t")).isEqualTo("60001");
    }
  }

  @Test
  @Tag("REQ-CON-050")
  void whereverParsersAreKilledEveryRowIsThereOnce() throws Exception {
    for (String name : List.of("a", "b", "c")) {
      Files.writeString(folder.resolve(name + ".csv"), csv(i -> i + ",2026-01-02,1", ""));
    }
    SplittableRandom random = new SplittableRandom(4);
    int killed = 0;
    try (IngestFixture fixture = new IngestFixture(folder, new FileConnectorType())) {
      fixture.apply(definition());
      for (int run = 1; run <= KILLED_RUNS; run++) {
        boolean isWhole = run % 2 == 0;
        SyncOptions options = SyncOptions.of("user:test");
        killed +=
            syncWhileParsersDie(fixture, isWhole ? options.withFullRefresh() : options, random);
        Files.writeString(
            folder.resolve("b.csv"), csv(i -> i + ",2026-01-02,1", "-1,1,2026-01-03," + run));
      }
      fixture.sync("files", SyncOptions.of("user:test").withFullRefresh());
      assertThat(killed).as("parsers that died").isPositive();
      assertThat(fixture.value("select count(*) from ipai.stream_reject")).isEqualTo("0");
      assertThat(
              fixture.rows(
                  "select _ipai_file, count(*), count(distinct _ipai_line) from bronze_f.t group by"
                      + " 1 order by 1"))
          .containsExactly(
              List.of("a.csv", "30000", "30000"),
              List.of("b.csv", "30001", "30001"),
              List.of("c.csv", "30000", "30000"));
    }
  }

  /** How many died. The run fails only where two died at one file. */
  private static int syncWhileParsersDie(
      IngestFixture fixture, SyncOptions options, SplittableRandom random) throws Exception {
    FutureTask<SyncReport> sync = new FutureTask<>(() -> fixture.sync("files", options));
    Thread.ofVirtual().start(sync);
    int killed = 0;
    while (true) {
      try {
        sync.get(random.nextInt(20, 500), TimeUnit.MILLISECONDS);
        return killed;
      } catch (TimeoutException stillRunning) {
        killed += (int) parsers().filter(ProcessHandle::destroyForcibly).count();
      } catch (ExecutionException failed) {
        assertThat(failed.getCause())
            .isInstanceOfSatisfying(
                IpaiException.class, e -> assertThat(e.code()).isEqualTo(ConnectorErrors.PROCESS));
        return killed;
      }
    }
  }

  /**
   * No other child of a test runs Java; what the command line ends in is beyond what is told of it.
   */
  private static Stream<ProcessHandle> parsers() {
    return ProcessHandle.current()
        .descendants()
        .filter(child -> child.info().command().orElse("").endsWith("/java"));
  }
}
