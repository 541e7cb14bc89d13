package ai.ipai.ingest.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.governance.policy.CatalogReader;
import ai.ipai.ingest.IngestErrors;
import ai.ipai.ingest.definition.ConnectorDefinition;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each way to keep a stream, each contract, and the way back. */
class SyncModesPostgresTest {
  private static final SyncOptions NOW = SyncOptions.of("user:test");
  private static final String ROWS =
      "select string_agg(id || name || _ipai_op, ' ' order by id) from bronze_s.things";

  private final ScriptedSource source = new ScriptedSource();
  private IngestFixture fixture;

  @BeforeEach
  void open() {
    fixture = new IngestFixture(Path.of("."), source);
    source.columns =
        List.of(SourceColumn.of("id", ColumnType.BIGINT), SourceColumn.of("name", ColumnType.TEXT));
    source.rows = List.of(row(1L, "a"), row(2L, "b"), row(3L, "c"));
  }

  @AfterEach
  void close() {
    source.hangs = false;
    fixture.close();
  }

  @Test
  @Tag("REQ-CON-060")
  void whatIsBuiltBesideIsSeenByNobodyAndSwept() throws SQLException {
    apply(Map.of("mode", "full_refresh"));
    fixture.sync("s", NOW);
    assertThat(
            fixture.value(
                "select count(*) from pg_class where relnamespace = 'ipai_stage'::regnamespace and relkind = 'r'"))
        .isEqualTo("1");
    try (Connection loader = fixture.database.database().open(Login.LOADER);
        Statement statement = loader.createStatement()) {
      statement.execute("create table ipai_stage.\"s.left_over\" (a int)");
      statement.execute("alter table ipai_stage.\"s.left_over\" enable row level security");
    }
    assertThat(fixture.rows("select * from ipai.unprotected()")).isEmpty();
    for (String role : List.of("ipai_builder", "authenticated", "service_role", "ipai_control")) {
      assertThat(
              fixture.value("select has_schema_privilege('" + role + "', 'ipai_stage', 'usage')"))
          .as(role)
          .isEqualTo("f");
    }
    fixture.sync("s", NOW);
    assertThat(fixture.value("select to_regclass('ipai_stage.\"s.left_over\"')")).isEqualTo("null");
    try (Connection owner = fixture.database.superuser();
        Statement statement = owner.createStatement()) {
      statement.execute("grant usage on schema ipai_stage to ipai_builder");
      statement.execute("grant select on ipai_stage.before_image to ipai_builder");
    }
    assertThat(fixture.rows("select fault from ipai.unprotected() where object like '%stage%'"))
        .hasSize(2);
  }

  @Test
  @Tag("REQ-CON-060")
  void aRowThatTheFirstReadingGivesTwiceIsThereOnceAsItCameLast() throws SQLException {
    source.rows =
        List.of(row(1L, "a"), row(2L, "b"), row(2L, "c"), row(1L, "d"), row(3L, "e"), row(1L, "f"));
    source.batch = 3;
    apply(Map.of("mode", "merge"));
    SyncReport report = fixture.sync("s", NOW);
    assertThat(fixture.value(ROWS)).isEqualTo("1fr 2cr 3er");
    assertThat(report.counts().inserted()).isEqualTo(3);
  }

  @Test
  @Tag("REQ-CON-061")
  void historyKeepsEveryVersionWithItsTime() throws SQLException {
    apply(Map.of("mode", "history"));
    fixture.sync("s", NOW);
    source.changes = List.of(row(2L, "B"), row(4L, "d"), gone(3L));
    SyncReport second = fixture.sync("s", NOW);
    assertThat(second.counts().changed()).isEqualTo(3);
    fixture.sync("s", NOW);
    assertThat(
            fixture.rows(
                """
                select id::text, name, (_ipai_valid_to is null)::text,
                  coalesce((lead(_ipai_valid_from) over (partition by id order by _ipai_valid_from)
                    = _ipai_valid_to)::text, '')
                from bronze_s.things order by id, _ipai_valid_from
                """))
        .containsExactly(
            List.of("1", "a", "true", ""),
            List.of("2", "b", "false", "true"),
            List.of("2", "B", "true", ""),
            List.of("3", "c", "false", ""),
            List.of("4", "d", "true", ""));
  }

  @Test
  @Tag("REQ-CON-061")
  void aWholeReadingIsComparedSoThatHistoryAndDeletesStay() throws SQLException {
    source.modes = Set.of(ReadMode.SNAPSHOT);
    for (String mode : List.of("history", "merge")) {
      source.rows = List.of(row(1L, "a"), row(2L, "b"), row(3L, "c"));
      apply(Map.of("mode", mode));
      fixture.sync("s", mode.equals("merge") ? NOW.withFullRefresh() : NOW);
      source.rows = List.of(row(1L, "a"), row(2L, "x"), row(5L, "e"));
      SyncReport report = fixture.sync("s", NOW);
      assertThat(
              List.of(
                  report.counts().inserted(), report.counts().updated(), report.counts().deleted()))
          .as(mode)
          .containsExactly(1L, 1L, 1L);
      assertThat(
              fixture.value(
                  "select string_agg(id || name, ' ' order by id) from bronze_s.things where _ipai_op <> 'd'"
                      + (mode.equals("history") ? " and _ipai_valid_to is null" : "")))
          .isEqualTo("1a 2x 5e");
      assertThat(fixture.value("select name from bronze_s.things where _ipai_op = 'd'"))
          .isEqualTo("c");
      assertThat(fixture.sync("s", NOW).counts().changed()).isZero();
    }
  }

  @Test
  @Tag("REQ-CON-061")
  void changeCaptureTakesDeletesFromTheLogAndNeedsOne() throws SQLException {
    apply(Map.of("mode", "cdc"));
    assertThatThrownBy(() -> fixture.sync("s", NOW))
        .isInstanceOfSatisfying(
            IpaiException.class, e -> assertThat(e.code()).isEqualTo(IngestErrors.DEFINITION));
    source.tellsDeletes = true;
    fixture.sync("s", NOW);
    source.changes = List.of(row(4L, "d"), gone(4L), gone(1L), row(2L, "x"), row(2L, "y"));
    fixture.sync("s", NOW);
    assertThat(fixture.value(ROWS)).isEqualTo("1ad 2yu 3cr");
  }

  @Test
  @Tag("REQ-CON-061")
  void aColumnThatIsNewlyThereIsFilledForOldRowsToo() throws SQLException {
    apply(Map.of("mode", "merge"));
    fixture.sync("s", NOW);
    source.columns =
        List.of(
            source.columns.get(0),
            source.columns.get(1),
            SourceColumn.of("size", ColumnType.BIGINT));
    source.rows = List.of(row(1L, "a", 10L), row(2L, "b", 20L), row(3L, "c", 30L));
    source.changes = List.of();
    fixture.sync("s", NOW);
    assertThat(
            fixture.value(
                "select string_agg(id || ':' || size, ' ' order by id) from bronze_s.things"))
        .isEqualTo("1:10 2:20 3:30");
    int asked = source.requests.size();
    fixture.sync("s", NOW);
    assertThat(source.requests.subList(asked, source.requests.size()))
        .extracting(request -> request.mode())
        .containsExactly(ReadMode.CHANGES);
  }

  @Test
  @Tag("REQ-CON-061")
  void anotherModeNeverTakesRowsAway() throws SQLException {
    apply(Map.of("mode", "append"));
    fixture.sync("s", NOW);
    source.changes = List.of(row(1L, "z"));
    fixture.sync("s", NOW);
    apply(Map.of("mode", "merge"));
    assertThatThrownBy(() -> fixture.sync("s", NOW))
        .isInstanceOfSatisfying(
            IpaiException.class, e -> assertThat(e.code()).isEqualTo(IngestErrors.KEY_CHANGED));
    assertThat(fixture.value("select count(*) from bronze_s.things")).isEqualTo("4");
    fixture.sync("s", NOW.withFullRefresh());
    assertThat(fixture.value("select count(*) from bronze_s.things")).isEqualTo("3");
    assertThat(fixture.value("select count(*) from bronze_s._ipai_prev_things")).isEqualTo("4");
    apply(Map.of("mode", "history"));
    source.changes = List.of(row(1L, "y"));
    fixture.sync("s", NOW);
    assertThat(fixture.value("select count(*) from bronze_s.things where id = 1")).isEqualTo("2");
  }

  @Test
  @Tag("REQ-CON-062")
  void contractsDecideWhatBecomesOfDrift() throws SQLException {
    List<SourceColumn> before = source.columns;
    List<SourceColumn> drifted =
        List.of(
            SourceColumn.of("id", ColumnType.BIGINT),
            SourceColumn.of("name", ColumnType.TEXT),
            SourceColumn.of("extra", ColumnType.TEXT));
    source.columns = List.of(before.get(0), SourceColumn.of("name", ColumnType.BIGINT));
    source.rows = List.of(row(1L, 7L));
    for (String contract : List.of("freeze", "discard_value", "discard_row", "evolve")) {
      source.columns = List.of(before.get(0), SourceColumn.of("name", ColumnType.BIGINT));
      apply(Map.of("mode", "merge", "contract", contract));
      fixture.sync("s", NOW.withFullRefresh());
      source.columns = drifted;
      source.changes = List.of(row(2L, "x", "y"), row(3L, "5", null));
      if (contract.equals("freeze")) {
        assertThatThrownBy(() -> fixture.sync("s", NOW))
            .isInstanceOfSatisfying(
                IpaiException.class, e -> assertThat(e.code()).isEqualTo(IngestErrors.DRIFT));
        assertThat(fixture.value("select count(*) from bronze_s.things")).isEqualTo("1");
        continue;
      }
      source.rows = List.of(row(1L, 7L, null));
      fixture.sync("s", NOW);
      source.rows = List.of(row(1L, 7L));
      String types =
          fixture.value(
              "select string_agg(attname || ' ' || atttypid::regtype, ',' order by attname) from pg_attribute"
                  + " where attrelid = 'bronze_s.things'::regclass and attname in ('name', 'extra')");
      switch (contract) {
        case "discard_value" -> {
          assertThat(types).isEqualTo("name bigint");
          assertThat(
                  fixture.value(
                      "select _ipai_rescued #>> '{extra,value}' || (_ipai_rescued #>> '{name,reason}') from bronze_s.things where id = 2"))
              .startsWith("y")
              .contains("whole number");
          assertThat(fixture.value("select name from bronze_s.things where id = 3")).isEqualTo("5");
        }
        case "discard_row" -> {
          assertThat(types).isEqualTo("name bigint");
          assertThat(
                  fixture.value(
                      "select string_agg(id::text, ' ' order by id) from bronze_s.things"))
              .isEqualTo("1 3");
          assertThat(fixture.value("select source_row::text from bronze_s._ipai_discarded_things"))
              .isEqualTo("{\"id\": 2, \"name\": \"x\", \"extra\": \"y\"}");
          assertThat(fixture.rows("select * from ipai.unprotected()")).isEmpty();
        }
        default -> {
          assertThat(types).isEqualTo("extra text,name text");
        }
      }
    }
  }

  @Test
  @Tag("REQ-CON-063")
  void columnsAreLeftOutAndHashedBeforeAnythingIsStored() throws SQLException {
    source.columns =
        List.of(
            SourceColumn.of("id", ColumnType.BIGINT),
            SourceColumn.of("name", ColumnType.TEXT),
            SourceColumn.of("mail", ColumnType.TEXT),
            SourceColumn.of("note", ColumnType.TEXT));
    source.rows =
        List.of(
            row(1L, "a", "canary@example.com", "canary one"),
            row(2L, "b", "canary@example.com", "canary two"),
            row(3L, "c", null, "canary\0"));
    apply(
        Map.of(
            "mode",
            "merge",
            "columns",
            Map.of(
                "exclude", List.of("note"), "hash", List.of("mail"), "hash_key", "secret://s/h")));
    fixture.sync("s", NOW);
    assertThat(
            fixture.value(
                "select count(distinct mail) || ' ' || count(mail) || ' ' || min(length(mail)) from bronze_s.things"))
        .isEqualTo("1 2 64");
    assertThat(fixture.value("select string_agg(t::text, '') from bronze_s.things t"))
        .doesNotContain("canary");
    apply(Map.of("columns", Map.of("hash", List.of("email"), "hash_key", "secret://s/h")));
    assertThatThrownBy(() -> fixture.sync("s", NOW))
        .isInstanceOf(IpaiException.class)
        .hasMessageContaining("no column email");
  }

  @Test
  @Tag("REQ-CON-063")
  void columnsThatLookPersonalAreSuggestedForATag() throws SQLException {
    source.columns =
        List.of(
            SourceColumn.of("id", ColumnType.BIGINT),
            SourceColumn.of("name", ColumnType.TEXT),
            SourceColumn.of("birthDate", ColumnType.DATE),
            SourceColumn.of("contact", ColumnType.TEXT),
            SourceColumn.of("account", ColumnType.TEXT));
    source.batch = 10;
    source.rows =
        List.of(
            row(1L, "a", null, "x@example.com", "DE89 3704 0044 0532 0130 00"),
            row(2L, "b", null, "y@example.com", "GB29NWBK60161331926819"),
            row(3L, "c", null, "n/a", "GB29NWBK60161331926819"));
    apply(Map.of("mode", "merge"));
    fixture.sync("s", NOW);
    assertThat(fixture.rows("select column_name, tag from ipai.tag_suggestion order by 1"))
        .containsExactly(
            List.of("account", "pii.bank"),
            List.of("birthdate", "pii.birth"),
            List.of("contact", "pii.email"));
  }

  @Test
  @Tag("REQ-CON-051")
  void runsAreUndoneOneAfterTheOther() throws SQLException {
    for (String mode : List.of("merge", "append", "history")) {
      source.rows = List.of(row(1L, "a"), row(2L, "b"), row(3L, "c"));
      apply(Map.of("mode", mode));
      fixture.sync("s", NOW.withFullRefresh());
      String all = "select md5(string_agg(t::text, '|' order by t::text)) from bronze_s.things t";
      String first = fixture.value(all);
      source.changes =
          mode.equals("append")
              ? List.of(row(9L, "n"), row(9L, "n"))
              : List.of(row(1L, "x"), gone(2L), row(4L, "new"), row(4L, "newer"), row(1L, "xx"));
      SyncReport second = fixture.sync("s", NOW);
      String after = fixture.value(all);
      source.changes = List.of(row(3L, "z"), row(5L, "q"));
      SyncReport third = fixture.sync("s", NOW);
      RunUndo undo =
          new RunUndo(fixture.database.database(), (c, entry) -> fixture.audited.add(entry));
      assertThatThrownBy(() -> undo.undo(second.runId().toString(), "user:test"))
          .isInstanceOfSatisfying(
              IpaiException.class, e -> assertThat(e.code()).isEqualTo(IngestErrors.NOT_UNDOABLE));
      undo.undo(third.runId().toString().substring(0, 13), "user:test");
      assertThat(fixture.value(all)).as(mode).isEqualTo(after);
      undo.undo(second.runId().toString(), "user:test");
      assertThat(fixture.value(all)).as(mode).isEqualTo(first);
      assertThat(undo.list(3)).extracting(RunSummary::undo).startsWith("undone", "undone");
      assertThat(fixture.value("select count(*) from ipai_stage.before_image")).isEqualTo("0");
    }
  }

  @Test
  @Tag("REQ-CON-051")
  void swappedTablesComeBackWithTheirRights() throws SQLException {
    apply(Map.of("mode", "full_refresh"));
    SyncReport first = fixture.sync("s", NOW);
    try (Connection owner = fixture.database.superuser();
        Statement statement = owner.createStatement()) {
      statement.execute("grant usage on schema bronze_s to ipai_data_engineer");
      statement.execute("grant select on bronze_s.things to ipai_data_engineer");
      statement.execute(
          "create policy by_hand on bronze_s.things for select to ipai_data_engineer using (id > 1)");
    }
    String engineer = "select string_agg(id || name, ' ' order by id) from bronze_s.things";
    source.rows = List.of(row(7L, "new"));
    SyncReport second = fixture.sync("s", NOW);
    assertThat(asEngineer(engineer)).isEqualTo("7new");
    try (Connection owner = fixture.database.superuser();
        Statement statement = owner.createStatement()) {
      assertThat(CatalogReader.read(owner).relations().keySet())
          .as("no pattern of a policy opens what was replaced")
          .contains(QualifiedName.parse("bronze_s.things"))
          .doesNotContain(QualifiedName.parse("bronze_s._ipai_prev_things"));
      statement.execute(
          "create policy by_hand on bronze_s._ipai_prev_things for select to ipai_data_engineer using (true)");
    }
    RunUndo undo = new RunUndo(fixture.database.database(), (c, entry) -> {});
    undo.undo(second.runId().toString(), "user:test");
    assertThat(asEngineer(engineer)).isEqualTo("2b 3c");
    assertThat(fixture.rows("select * from ipai.unprotected()")).isEmpty();
    assertThat(fixture.value("select count(*) from bronze_s._ipai_prev_things")).isEqualTo("1");
    undo.undo(first.runId().toString(), "user:test");
    assertThat(fixture.value("select to_regclass('bronze_s.things')")).isEqualTo("null");
    fixture.sync("s", NOW);
    assertThat(fixture.value(ROWS)).isEqualTo("7newr");
  }

  @Test
  @Tag("REQ-CON-064")
  void aConnectorThatDoesNotListenIsCancelledWithinASecond() throws Exception {
    apply(Map.of("mode", "merge"));
    Cancellation cancellation = new Cancellation();
    source.hangs = true;
    long[] asked = new long[1];
    Thread thread =
        Thread.ofVirtual()
            .start(
                () -> {
                  while (source.requests.isEmpty()) {
                    Thread.onSpinWait();
                  }
                  asked[0] = System.nanoTime();
                  cancellation.request();
                });
    SyncReport report = fixture.runner.sync("s", NOW, ProgressListener.none(), cancellation);
    Duration took = Duration.ofNanos(System.nanoTime() - asked[0]);
    thread.join();
    assertThat(report.status()).isEqualTo(RunStatus.CANCELLED);
    assertThat(took).isLessThan(Duration.ofMillis(1500));
  }

  private String asEngineer(String sql) throws SQLException {
    try (Connection connection = fixture.database.superuser();
        Statement statement = connection.createStatement()) {
      statement.execute("set role ipai_data_engineer");
      var rows = statement.executeQuery(sql);
      rows.next();
      return String.valueOf(rows.getString(1));
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

  private static SourceRow gone(long id) {
    return SourceRow.deleted(id, null, null);
  }
}
