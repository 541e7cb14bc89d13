package ai.ipai.ingest.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.ingest.definition.ConnectorDefinition;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.error.IpaiException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Streams that were interrupted, undone, appended to or looked at: every row once, and none gone.
 */
class LoadFaultsPostgresTest {
  private static final SyncOptions NOW = SyncOptions.of("user:test");
  private static final String ROWS =
      "select string_agg(coalesce(id::text, '-') || name, ' ' order by id, name)"
          + " from bronze_s.things";

  private final ScriptedSource source = new ScriptedSource();
  private IngestFixture fixture;
  private RunUndo undo;

  @BeforeEach
  void open() {
    fixture = new IngestFixture(Path.of("."), source);
    undo = new RunUndo(fixture.database.database(), (connection, entry) -> {});
    source.columns =
        List.of(SourceColumn.of("id", ColumnType.BIGINT), SourceColumn.of("name", ColumnType.TEXT));
    source.rows = List.of(row(1L, "a"), row(2L, "b"), row(3L, "c"));
  }

  @AfterEach
  void close() {
    source.hangs = false;
    source.discoverHangs = false;
    source.openHangs = false;
    fixture.close();
  }

  @Test
  @Tag("REQ-CON-051")
  void theUndoOfAContinuedRunGoesOnWhereThatRunBegan() throws SQLException {
    source.key = List.of();
    apply(Map.of("mode", "append"));
    fixture.sync("s", NOW);
    source.changes = List.of(row(4L, "d"), row(5L, "e"), row(6L, "f"), row(7L, "g"));
    source.death = new IllegalStateException("cut");
    source.diesAfter = 1;
    fixture.runner.sync("s", NOW, ProgressListener.none());
    assertThat(fixture.value(ROWS)).isEqualTo("1a 2b 3c 4d 5e");
    source.diesAfter = -1;
    source.changes = List.of(row(6L, "f"), row(7L, "g"));
    SyncReport continued = fixture.sync("s", NOW);
    assertThat(fixture.value(ROWS)).isEqualTo("1a 2b 3c 4d 5e 6f 7g");
    undo.undo(continued.runId().toString(), "user:test");
    assertThat(fixture.value(ROWS)).isEqualTo("1a 2b 3c 4d 5e");
    fixture.sync("s", NOW);
    assertThat(source.requests.getLast().from())
        .as("after what the interrupted run has stored")
        .hasToString("Cursor[json={\"at\": 2}]");
    assertThat(fixture.value(ROWS)).isEqualTo("1a 2b 3c 4d 5e 6f 7g");
  }

  @Test
  @Tag("REQ-CON-051")
  void afterTheUndoOfAFullRefreshTheStreamKnowsTheColumnsThatAreThere() throws SQLException {
    apply(Map.of("mode", "merge"));
    fixture.sync("s", NOW);
    SyncReport replaced = fixture.sync("s", NOW.withFullRefresh());
    source.columns =
        List.of(
            source.columns.get(0),
            source.columns.get(1),
            new SourceColumn("size", ColumnType.BIGINT, "Size in metres"));
    source.rows = List.of(row(1L, "a", null), row(2L, "b", null), row(3L, "c", null));
    source.changes = List.of();
    fixture.sync("s", NOW);
    undo.undo(replaced.runId().toString(), "user:test");
    assertThat(fixture.value("select columns::text from ipai.stream_state")).doesNotContain("size");
    source.rows = List.of(row(1L, "a", 10L), row(2L, "b", 20L), row(3L, "c", 30L));
    fixture.sync("s", NOW);
    assertThat(
            fixture.value(
                "select string_agg(id || name || size, ' ' order by id) from bronze_s.things"))
        .isEqualTo("1a10 2b20 3c30");
  }

  @Test
  @Tag("REQ-CON-051")
  void theUndoOfAFirstReadingLeavesATableThatViewsLookAtUsable() throws SQLException {
    apply(Map.of("mode", "merge"));
    SyncReport first = fixture.sync("s", NOW);
    asOwner(
        "create view bronze_s.looking with (security_invoker) as select * from bronze_s.things");
    undo.undo(first.runId().toString(), "user:test");
    assertThat(fixture.value("select count(*) from bronze_s.things")).isEqualTo("0");
    fixture.sync("s", NOW);
    assertThat(fixture.value(ROWS)).isEqualTo("1a 2b 3c");
  }

  @Test
  @Tag("REQ-CON-051")
  void whatARunDiscardedGoesWithItsUndo() throws SQLException {
    apply(Map.of("mode", "merge", "contract", "discard_row"));
    fixture.sync("s", NOW);
    source.changes = List.of(row(4L, "d"), row("x", "kept out"));
    SyncReport second = fixture.sync("s", NOW);
    String discarded = "select count(*) from bronze_s._ipai_discarded_things";
    assertThat(fixture.value(discarded)).isEqualTo("1");
    undo.undo(second.runId().toString(), "user:test");
    assertThat(fixture.value(discarded)).isEqualTo("0");
    fixture.sync("s", NOW);
    assertThat(fixture.value(discarded)).isEqualTo("1");
  }

  @Test
  @Tag("REQ-CON-061")
  void whatIsReadAgainIsNotAppendedAgain() throws SQLException {
    apply(Map.of("mode", "append"));
    fixture.sync("s", NOW);
    source.changes = List.of(row(3L, "c"), row(4L, "d"), row(null, "n"));
    fixture.sync("s", NOW);
    source.changes =
        List.of(row(null, "n"), row(3L, "C"), row(4L, "d"), row(5L, "e"), row(5L, "e"));
    SyncReport third = fixture.sync("s", NOW);
    assertThat(fixture.value(ROWS)).isEqualTo("1a 2b 3C 3c 4d 5e -n");
    assertThat(third.counts().inserted()).isEqualTo(2);
    assertThat(fixture.sync("s", NOW).counts().changed()).isZero();
  }

  @Test
  @Tag("REQ-CON-061")
  void aSourceThatIsReadWholeIsAppendedByWhatIsNew() throws SQLException {
    source.modes = Set.of(ReadMode.SNAPSHOT);
    for (List<String> key : List.of(List.<String>of(), List.of("id"))) {
      source.key = key;
      source.rows = List.of(row(1L, "a"), row(2L, "b"), row(2L, "b"));
      apply(Map.of("mode", "append"));
      fixture.sync("s", NOW.withFullRefresh());
      assertThat(fixture.value(ROWS)).isEqualTo("1a 2b 2b");
      source.rows = List.of(row(2L, "b"), row(3L, "c"), row(3L, "c"), row(1L, "x"));
      SyncReport second = fixture.sync("s", NOW);
      assertThat(fixture.value(ROWS)).isEqualTo("1a 1x 2b 2b 3c 3c");
      assertThat(second.counts().inserted()).isEqualTo(3);
      assertThat(fixture.sync("s", NOW).counts().changed()).isZero();
      undo.undo(second.runId().toString(), "user:test");
      assertThat(fixture.value(ROWS)).isEqualTo("1a 2b 2b");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "create policy by_size on bronze_s.things for select to ipai_data_engineer using (size > 1)",
        "create view bronze_s.looking with (security_invoker) as select size from bronze_s.things"
      })
  @Tag("REQ-CON-062")
  void aColumnThatAPolicyOrAViewNamesKeepsItsTypeAndMisfitsAreRescued(String pin)
      throws SQLException {
    source.columns =
        List.of(
            SourceColumn.of("id", ColumnType.BIGINT), SourceColumn.of("size", ColumnType.BIGINT));
    source.rows = List.of(row(1L, 10L), row(2L, 20L));
    apply(Map.of("mode", "merge"));
    fixture.sync("s", NOW);
    asOwner(pin);
    source.columns = List.of(source.columns.get(0), SourceColumn.of("size", ColumnType.TEXT));
    source.changes = List.of(row(2L, "21"), row(3L, "big"), row(4L, "40"));
    fixture.sync("s", NOW);
    String both =
        "select string_agg(id || ':' || coalesce(size::text, _ipai_rescued #>> '{size,value}'), ' '"
            + " order by id) from bronze_s.things";
    assertThat(fixture.value(both)).isEqualTo("1:10 2:21 3:big 4:40");
    source.rows = List.of(row(1L, "10"), row(3L, "big"), row(5L, "50"));
    fixture.sync("s", NOW.withFullRefresh());
    assertThat(fixture.value(both)).isEqualTo("1:10 3:big 5:50");
    asOwner(
        "drop policy if exists by_size on bronze_s.things; drop view if exists bronze_s.looking");
    source.changes = List.of(row(3L, "big"), row(6L, "small"));
    fixture.sync("s", NOW);
    assertThat(fixture.value("select string_agg(size, ' ' order by id) from bronze_s.things"))
        .as("nothing names the column any more")
        .isEqualTo("10 big 50 small");
  }

  @Test
  @Tag("REQ-CON-061")
  void aFullRefreshLeadsToHistoryWhereTheRowsThatAreThereDoNot() throws SQLException {
    apply(Map.of("mode", "append"));
    fixture.sync("s", NOW);
    source.changes = List.of(row(1L, "z"));
    fixture.sync("s", NOW);
    apply(Map.of("mode", "history"));
    assertThatThrownBy(() -> fixture.sync("s", NOW))
        .isInstanceOfSatisfying(
            IpaiException.class, e -> assertThat(e.hint()).contains("--full-refresh"));
    fixture.sync("s", NOW.withFullRefresh());
    assertThat(fixture.value(ROWS)).isEqualTo("1a 2b 3c");
    assertThat(fixture.value("select count(*) from bronze_s._ipai_prev_things")).isEqualTo("4");
    source.rows = List.of(row(1L, "y"), row(2L, "b"), row(3L, "c"));
    fixture.sync("s", NOW.withFullRefresh());
    assertThat(fixture.value(ROWS)).as("versions are not thrown away").isEqualTo("1a 1y 2b 3c");
    apply(Map.of("mode", "append"));
    assertThatThrownBy(() -> fixture.sync("s", NOW))
        .isInstanceOfSatisfying(
            IpaiException.class, e -> assertThat(e.hint()).contains("--full-refresh"));
  }

  @Test
  @Tag("REQ-CON-061")
  void deletionsAreStillDueAfterAReadingThatLookedForNone() throws SQLException {
    source.modes = Set.of(ReadMode.SNAPSHOT, ReadMode.CHANGES, ReadMode.RECONCILE);
    apply(Map.of("mode", "merge", "reconcile", "24h"));
    fixture.sync("s", NOW);
    asOwner("update ipai.stream_state set reconciled_at = now() - interval '2 days'");
    source.columns =
        List.of(
            source.columns.get(0),
            source.columns.get(1),
            SourceColumn.of("size", ColumnType.BIGINT));
    source.rows = List.of(row(1L, "a", 1L), row(2L, "b", 2L), row(3L, "c", 3L));
    fixture.sync("s", NOW);
    int asked = source.requests.size();
    fixture.sync("s", NOW);
    assertThat(source.requests.subList(asked, source.requests.size()))
        .extracting(request -> request.mode())
        .containsExactly(ReadMode.CHANGES, ReadMode.RECONCILE);
  }

  @Test
  @Tag("REQ-CON-003")
  void aStreamThatRunsOutOfMemoryIsWrittenDownAsFailed() throws SQLException {
    apply(Map.of("mode", "merge"));
    source.death = new OutOfMemoryError("scripted");
    source.diesAfter = 1;
    SyncReport report = fixture.runner.sync("s", NOW, ProgressListener.none());
    assertThat(report.status()).isEqualTo(RunStatus.FAILED);
    assertThat(
            fixture.rows(
                "select s.status, s.error_code, r.status from ipai.stream_run s"
                    + " join ipai.connector_run r on r.id = s.run_id"))
        .containsExactly(List.of("failed", "ING-007", "failed"));
    source.diesAfter = -1;
    fixture.sync("s", NOW);
    assertThat(fixture.value(ROWS)).contains("3c");
  }

  @Test
  @Tag("REQ-CON-003")
  void whatWasReadIsCommittedWhileTheSourceIsSilent() throws Exception {
    apply(Map.of("mode", "merge"));
    fixture.sync("s", NOW);
    source.changes = List.of(row(4L, "d"), row(5L, "e"), row(6L, "f"));
    source.hangsAfter = 1;
    Cancellation cancellation = new Cancellation();
    Thread run =
        Thread.ofVirtual()
            .start(() -> fixture.runner.sync("s", NOW, ProgressListener.none(), cancellation));
    try {
      await(() -> "1a 2b 3c 4d 5e".equals(seen(ROWS)));
      await(
          () ->
              "0"
                  .equals(
                      seen(
                          "select count(*) from pg_stat_activity where datname = current_database()"
                              + " and state like 'idle in transaction%'"
                              + " and pid in (select pid from pg_locks where mode = 'RowExclusiveLock')")));
    } finally {
      cancellation.request();
      source.hangsAfter = -1;
      run.join();
    }
  }

  @Test
  @Tag("REQ-CON-064")
  void aRunIsCancelledWhileItsSourceIsAskedWhatItHas() throws Exception {
    apply(Map.of("mode", "merge"));
    source.discoverHangs = true;
    Duration took =
        cancelled(
            cancellation ->
                assertThatThrownBy(
                        () -> fixture.runner.sync("s", NOW, ProgressListener.none(), cancellation))
                    .isInstanceOfSatisfying(
                        IpaiException.class,
                        e -> assertThat(e.code()).isEqualTo(ConnectorErrors.CANCELLED)));
    assertThat(took).isLessThan(Duration.ofMillis(1500));
    assertThat(fixture.value("select status from ipai.connector_run")).isEqualTo("cancelled");
  }

  @Test
  @Tag("REQ-CON-064")
  void aRunIsCancelledWhileAStreamIsBeingOpened() throws Exception {
    apply(Map.of("mode", "merge"));
    source.openHangs = true;
    Duration took =
        cancelled(
            cancellation ->
                assertThat(
                        fixture
                            .runner
                            .sync("s", NOW, ProgressListener.none(), cancellation)
                            .status())
                    .isEqualTo(RunStatus.CANCELLED));
    assertThat(took).isLessThan(Duration.ofMillis(1500));
    assertThat(fixture.value("select status from ipai.stream_run")).isEqualTo("cancelled");
  }

  @Test
  @Tag("REQ-CON-004")
  void streamsWhoseNamesWouldMeetHaveTablesOfTheirOwn() throws SQLException {
    source.names = List.of("Things", "things");
    fixture.apply(ConnectorDefinition.of("s", Map.of("type", "scripted")));
    source.changes = List.of();
    fixture.sync("s", NOW);
    source.names = List.of("things");
    for (String other : List.of("t", "u")) {
      fixture.apply(ConnectorDefinition.of(other, Map.of("type", "scripted", "domain", "s")));
    }
    for (String connector : List.of("t", "u", "s", "t", "u")) {
      fixture.sync(connector, NOW);
    }
    List<List<@Nullable String>> tables =
        fixture.rows("select table_name from ipai.stream_state order by connector, stream");
    assertThat(tables).hasSize(4).doesNotHaveDuplicates();
    assertThat(tables.get(0).getFirst()).startsWith("things_");
    assertThat(tables.get(1).getFirst()).startsWith("things_");
    assertThat(tables.get(2).getFirst()).isEqualTo("things");
    assertThat(tables.get(3).getFirst()).startsWith("things_");
    for (List<@Nullable String> table : tables) {
      assertThat(fixture.value("select count(*) from bronze_s." + table.getFirst())).isEqualTo("3");
    }
  }

  @Test
  @Tag("REQ-CON-002")
  void aSwapAndAnAnalyzeOfTheSameTableDoNotDeadlock() throws Exception {
    apply(Map.of("mode", "full_refresh"));
    fixture.sync("s", NOW);
    asOwner(
        "grant select on bronze_s.things to ipai_data_engineer, ipai_analytics_engineer,"
            + " ipai_bi_developer, ipai_ai_engineer, ipai_operator, ipai_auditor");
    Thread run;
    List<RunStatus> ended = new CopyOnWriteArrayList<>();
    try (Connection vacuum = fixture.database.superuser();
        Statement statement = vacuum.createStatement()) {
      vacuum.setAutoCommit(false);
      statement.execute("lock table bronze_s.things in share update exclusive mode");
      run =
          Thread.ofVirtual()
              .start(
                  () -> ended.add(fixture.runner.sync("s", NOW, ProgressListener.none()).status()));
      await(() -> !"0".equals(seen("select count(*) from pg_locks where not granted")));
      statement.execute("analyze bronze_s.things");
      vacuum.commit();
    }
    run.join();
    assertThat(ended).containsExactly(RunStatus.SUCCEEDED);
  }

  private interface Work {
    void with(Cancellation cancellation);
  }

  /** How long the work went on after it was cancelled. */
  private Duration cancelled(Work work) throws InterruptedException {
    Cancellation cancellation = new Cancellation();
    long[] asked = new long[1];
    Thread thread =
        Thread.ofVirtual()
            .start(
                () -> {
                  await(() -> source.isHanging);
                  asked[0] = System.nanoTime();
                  cancellation.request();
                });
    work.with(cancellation);
    Duration took = Duration.ofNanos(System.nanoTime() - asked[0]);
    thread.join();
    return took;
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private String seen(String sql) {
    try {
      return fixture.value(sql);
    } catch (SQLException e) {
      return "";
    }
  }

  private void asOwner(String sql) throws SQLException {
    try (Connection connection = fixture.database.superuser();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void apply(Map<String, Object> stream) throws SQLException {
    Map<String, Object> entry = new LinkedHashMap<>(stream);
    entry.put("name", "things");
    fixture.apply(
        ConnectorDefinition.of("s", Map.of("type", "scripted", "streams", List.of(entry))));
  }

  private static SourceRow row(@Nullable Object... values) {
    return SourceRow.present(values);
  }
}
