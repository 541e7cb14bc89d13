package ai.ipai.ingest.load;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.ingest.definition.Contract;
import ai.ipai.ingest.table.BronzeTable;
import ai.ipai.ingest.table.StageTable;
import ai.ipai.ingest.table.TableShape;
import ai.ipai.ingest.table.TableSwap;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.Cursor;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.connector.Withdrawn;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.testing.postgres.TestDatabase;
import ai.ipai.testing.postgres.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A table beside gets the loader's columns late; every row has its own values there all the same.
 */
@Tag("REQ-CON-164")
class BareTablePostgresTest {
  private static final QualifiedName LIVE = QualifiedName.of("bronze_test", "things");
  private static final QualifiedName STAGE = StageTable.of(LIVE);
  private static final UUID FIRST = new UUID(0, 1);
  private static final UUID SECOND = new UUID(0, 2);
  private static final Instant MORNING = Instant.parse("2026-01-02T06:00:00.000001Z");
  private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
  private static final Instant EVENING = Instant.parse("2026-01-02T18:00:00Z");
  private static final List<SourceColumn> COLUMNS =
      List.of(
          SourceColumn.of("id", ColumnType.BIGINT),
          SourceColumn.of("n", ColumnType.BIGINT),
          SourceColumn.of("t", ColumnType.TEXT));
  private static final String ROWS =
      """
      select id, coalesce(n::text, '-'), right(_ipai_run_id::text, 1), extract(hour from _ipai_loaded_at at time zone 'UTC'),
        _ipai_op, coalesce(_ipai_rescued ->> 'n', '-') from %s order by id""";

  private final TableShape shape = TableShape.empty().evolved(COLUMNS);
  private TestDatabase database;
  private Connection connection;
  private BatchLoader loader;

  @BeforeEach
  void open() throws SQLException {
    database = TestPostgres.create();
    connection = database.database().open(Login.LOADER);
    connection.setAutoCommit(false);
    BronzeTable.createSchema(connection, "bronze_test");
    StageTable.create(connection, STAGE, shape, FIRST);
    connection.commit();
    loader = new BatchLoader(connection);
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    database.close();
  }

  @Test
  void rowsOfOneRunGetItsValuesWhenTheTableIsComplete() throws SQLException {
    load(FIRST, MORNING, row(1, 10L), row(2, null));
    assertThat(rows("select * from " + STAGE.quoted())).containsExactly("1 10 10", "2 null null");
    StageTable.complete(connection, STAGE, NOON);
    StageTable.complete(connection, STAGE, EVENING);
    assertThat(rows(ROWS.formatted(STAGE.quoted())))
        .containsExactly("1 10 1 12 r -", "2 - 1 12 r -");
    TableSwap.run(connection, LIVE, STAGE, shape);
    connection.commit();
    assertThat(rows(ROWS.formatted(LIVE.quoted())))
        .containsExactly("1 10 1 12 r -", "2 - 1 12 r -");
    assertThat(
            rows(
                """
                select count(*) from pg_attrdef where adrelid = '%s'::regclass
                union all select count(*) from pg_attribute
                where attrelid = '%s'::regclass and attname in ('_ipai_run_id', '_ipai_loaded_at', '_ipai_op') and attnotnull
                """
                    .formatted(LIVE.quoted(), LIVE.quoted())))
        .as("no default that a later row could take by mistake, and no null")
        .containsExactly("0", "3");
    assertThat(rows("select obj_description('%s'::regclass)".formatted(LIVE.quoted())))
        .containsExactly("null");
  }

  @Test
  void aValueThatDoesNotFitIsRescuedAmongBareRows() throws SQLException {
    load(FIRST, MORNING, row(1, 10L));
    LoadCounts counts = load(FIRST, NOON, row(2, 20L), row(3, "many"), row(4, 40L));
    assertThat(counts.rescued()).isEqualTo(1);
    assertThat(counts.read()).isEqualTo(3);
    assertThat(counts.inserted()).isEqualTo(3);
    load(FIRST, EVENING, row(5, 50L));
    assertThat(rows("select id, n, _ipai_op, _ipai_rescued #>> '{n,value}' from " + STAGE.quoted()))
        .containsExactly(
            "1 10 r null", "2 20 r null", "3 null r many", "4 40 r null", "5 50 r null");
    assertThat(rows("select extract(hour from _ipai_loaded_at) from " + STAGE.quoted()))
        .containsExactly("12", "12", "12", "12", "18");
  }

  @Test
  void anotherRunThatGoesOnLeavesTheRowsOfTheFirstTheirs() throws SQLException {
    load(FIRST, MORNING, row(1, 10L));
    loader = new BatchLoader(connection);
    load(SECOND, NOON, row(2, 20L));
    StageTable.complete(connection, STAGE, EVENING);
    assertThat(rows(ROWS.formatted(STAGE.quoted())))
        .containsExactly("1 10 1 12 r -", "2 20 2 12 r -");
  }

  @Test
  void whatIsRolledBackLeavesTheTableBare() throws SQLException {
    load(FIRST, MORNING, row(1, 10L));
    loader.load(target(FIRST, NOON), batch(row(2, "many")));
    loader.forget();
    connection.rollback();
    load(FIRST, EVENING, row(3, 30L));
    assertThat(StageTable.bareOf(connection, STAGE)).contains(FIRST);
    assertThat(rows("select id from " + STAGE.quoted())).containsExactly("1", "3");
  }

  @Test
  void bareRowsAreWithdrawn() throws SQLException {
    load(FIRST, MORNING, row(1, 10L), row(2, 20L));
    for (boolean everything : List.of(false, true)) {
      LoadCounts counts =
          loader.load(
              target(FIRST, NOON),
              new RecordBatch(
                  COLUMNS,
                  List.of(),
                  new Withdrawn("t", "10", everything),
                  List.of(),
                  new Cursor("{}")));
      assertThat(counts.inserted()).isEqualTo(-1);
    }
    assertThat(rows("select id from " + STAGE.quoted())).isEmpty();
    assertThat(StageTable.bareOf(connection, STAGE)).contains(FIRST);
  }

  private static SourceRow row(long id, @org.jspecify.annotations.Nullable Object n) {
    return SourceRow.present(id, n, n == null ? null : n.toString());
  }

  private static RecordBatch batch(SourceRow... rows) {
    return RecordBatch.of(COLUMNS, List.of(rows), new Cursor("{}"));
  }

  private LoadCounts load(UUID run, Instant at, SourceRow... rows) throws SQLException {
    LoadCounts counts = loader.load(target(run, at), batch(rows));
    connection.commit();
    return counts;
  }

  private LoadTarget target(UUID run, Instant at) {
    return new LoadTarget(
        LIVE,
        STAGE,
        shape,
        List.of("id"),
        Way.DIRECT,
        Contract.EVOLVING,
        true,
        false,
        run,
        "things",
        at);
  }

  /** Each row's values with blanks between. */
  private List<String> rows(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("set local time zone 'UTC'");
      ResultSet rows = statement.executeQuery(sql);
      List<String> all = new ArrayList<>();
      while (rows.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          row.add(String.valueOf(rows.getString(i)));
        }
        all.add(String.join(" ", row));
      }
      return all;
    }
  }
}
