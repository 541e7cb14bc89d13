package ai.ipai.ingest.load;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.ingest.definition.Contract;
import ai.ipai.ingest.definition.Drift;
import ai.ipai.ingest.table.BronzeTable;
import ai.ipai.ingest.table.StageTable;
import ai.ipai.ingest.table.TableShape;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.Cursor;
import ai.ipai.spi.connector.JsonText;
import ai.ipai.spi.connector.KeySweep;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.testing.postgres.TestDatabase;
import ai.ipai.testing.postgres.TestPostgres;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a source may send by mistake or by malice: no row vanishes by it and no stream stops. */
@Tag("REQ-CON-005")
class HostileValuesPostgresTest {
  private static final QualifiedName TABLE = QualifiedName.of("bronze_test", "things");
  private static final List<SourceColumn> COLUMNS =
      List.of(
          SourceColumn.of("id", ColumnType.BIGINT),
          SourceColumn.of("amount", ColumnType.NUMERIC),
          SourceColumn.of("name", ColumnType.TEXT),
          SourceColumn.of("real", ColumnType.DOUBLE),
          SourceColumn.of("doc", ColumnType.JSON));

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
    BronzeTable.create(connection, TABLE, shape, List.of("id"));
    connection.commit();
    loader = new BatchLoader(connection);
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    database.close();
  }

  @Test
  void rowsWhoseKeyDoesNotFitStayWholeBesideTheirTable() throws SQLException {
    for (Drift types : List.of(Drift.EVOLVE, Drift.DISCARD_VALUE, Drift.DISCARD_ROW)) {
      LoadCounts counts =
          load(
              target(Way.MERGE, new Contract(Drift.EVOLVE, types)),
              row("A1", null, "one", null, null),
              row("A2", null, "two", null, null),
              row(7L, null, "seven", null, null));
      assertThat(counts.rejects()).as(types.word()).isEqualTo(2);
      assertThat(one("select string_agg(id::text || name, ' ') from bronze_test.things"))
          .isEqualTo("7seven");
    }
    assertThat(
            one(
                "select string_agg(distinct (source_row ->> 'id') || (source_row ->> 'name'), ' ')"
                    + " || count(*) from bronze_test._ipai_discarded_things"
                    + " where reasons #>> '{id,reason}' like '%whole number%'"))
        .isEqualTo("A1one A2two6");
  }

  @Test
  void rowsWhoseKeyDoesNotFitAreKeptOutOfWhatIsBuiltBesideToo() throws SQLException {
    QualifiedName stage = StageTable.of(TABLE);
    StageTable.create(connection, stage, shape, new UUID(1, 2));
    LoadTarget beside =
        new LoadTarget(
            TABLE,
            stage,
            shape,
            List.of("id"),
            Way.DIRECT,
            Contract.EVOLVING,
            true,
            false,
            UUID.randomUUID(),
            "things",
            Instant.now());
    assertThat(load(beside, row("A1", null, "one", null, null)).rejects()).isEqualTo(1);
    assertThat(one("select count(*) from " + stage.quoted())).isEqualTo("0");
    assertThat(one("select count(*) from bronze_test._ipai_discarded_things")).isEqualTo("1");
  }

  @Test
  void aDocumentThatJsonbCannotHoldIsRescuedAndStopsNothing() throws SQLException {
    List<String> hostile =
        List.of(
            "{\"a\": 1e200000}",
            "[1E+200000]",
            "[0.1e-20000]",
            "[" + "9".repeat(131_073) + "]",
            "[0." + "9".repeat(16_384) + "]",
            "[1e99999999999999999999]",
            "[".repeat(20_000) + "]".repeat(20_000));
    List<String> good =
        List.of(
            "{\"e\": \"1e999999\", \"s\": \"\\\\\\\"1e999999\"}",
            "[1e131071, -1.5E-16382, 0.10]",
            "[" + "[".repeat(100) + "]".repeat(100) + "]");
    long id = 0;
    for (String document : hostile) {
      load(row(++id, null, "hostile", null, new JsonText(document)));
    }
    for (String document : good) {
      load(row(++id, null, "good", null, new JsonText(document)));
    }
    assertThat(
            one(
                "select count(*) from bronze_test.things where name = 'hostile' and doc is null"
                    + " and _ipai_rescued #>> '{doc,utf16_base64}' is not null"))
        .isEqualTo("" + hostile.size());
    assertThat(
            one(
                "select count(*) from bronze_test.things where name = 'good' and doc is not null"
                    + " and _ipai_rescued is null"))
        .isEqualTo("" + good.size());
  }

  @Test
  void aNumberWithAHugeExponentTakesNoRoom() throws SQLException {
    BigDecimal huge = new BigDecimal("1e999999999");
    BigDecimal tiny = new BigDecimal("1e-999999999");
    load(
        row(1L, huge, huge, huge, huge),
        row(2L, tiny, tiny, tiny, tiny),
        row(3L, null, new BigDecimal("1.50e3"), new BigDecimal("1e400"), null));
    assertThat(one("select string_agg(name, ' ' order by id) from bronze_test.things"))
        .isEqualTo("1E+999999999 1E-999999999 1500");
    assertThat(
            one(
                "select string_agg(id || key, ' ' order by id, key) from bronze_test.things,"
                    + " jsonb_object_keys(_ipai_rescued) key"))
        .isEqualTo("1amount 1doc 1real 2amount 2doc 2real 3real");
  }

  @Test
  void whatIsKeptBesideItsColumnKeepsEveryDigit() throws SQLException {
    BigDecimal exact = new BigDecimal("12345678901234567890.1234567890123456780");
    load(
        row(1L, new JsonText("[" + exact + "]"), null, exact, null),
        row(2L, null, null, new BigDecimal("0.10"), null));
    assertThat(one("select _ipai_rescued #>> '{real,value}' from bronze_test.things where id = 1"))
        .isEqualTo(exact.toString());
    assertThat(
            one("select _ipai_rescued #>> '{amount,value,0}' from bronze_test.things where id = 1"))
        .isEqualTo(exact.toString());
    assertThat(one("select _ipai_rescued #>> '{real,value}' from bronze_test.things where id = 2"))
        .isEqualTo("0.10");
    load(
        target(Way.MERGE, new Contract(Drift.EVOLVE, Drift.DISCARD_ROW)),
        row(3L, exact, null, exact, new JsonText("{\"n\": " + exact + "}")));
    assertThat(
            one(
                "select (source_row ->> 'amount') || ' ' || (source_row #>> '{doc,n}')"
                    + " from bronze_test._ipai_discarded_things"))
        .isEqualTo(exact + " " + exact);
  }

  @Test
  @Tag("REQ-CON-012")
  void aSweepOfManyKeysIsNotCompareEachWithEach() throws SQLException {
    int rows = 120_000;
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "insert into bronze_test.things (id, _ipai_run_id, _ipai_loaded_at, _ipai_op)"
              + " select i, gen_random_uuid(), now(), 'r' from generate_series(1, "
              + rows
              + ") i");
      connection.commit();
      statement.execute("set statement_timeout = '12s'");
    }
    List<Long> present =
        LongStream.rangeClosed(1, rows).filter(id -> id % 1000 != 0).boxed().toList();
    LoadCounts counts =
        loader.load(
            target(Way.MERGE, Contract.EVOLVING),
            new RecordBatch(
                COLUMNS,
                List.of(),
                new KeySweep(0, Long.MAX_VALUE, present),
                List.of(),
                new Cursor("{}")));
    connection.commit();
    assertThat(counts.deleted()).isEqualTo(rows / 1000);
    assertThat(
            one(
                "select count(*) || ' ' || count(*) filter (where id % 1000 = 0)"
                    + " from bronze_test.things where _ipai_op = 'd'"))
        .isEqualTo("120 120");
  }

  private static SourceRow row(@Nullable Object... values) {
    return SourceRow.present(values);
  }

  private LoadCounts load(SourceRow... rows) throws SQLException {
    return load(target(Way.MERGE, Contract.EVOLVING), rows);
  }

  private LoadCounts load(LoadTarget target, SourceRow... rows) throws SQLException {
    try {
      LoadCounts counts =
          loader.load(target, RecordBatch.of(COLUMNS, List.of(rows), new Cursor("{}")));
      connection.commit();
      return counts;
    } catch (SQLException | RuntimeException failure) {
      loader.forget();
      connection.rollback();
      throw failure;
    }
  }

  private LoadTarget target(Way way, Contract contract) {
    return new LoadTarget(
        TABLE,
        TABLE,
        shape,
        List.of("id"),
        way,
        contract,
        false,
        false,
        UUID.randomUUID(),
        "things",
        Instant.now());
  }

  private String one(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return String.valueOf(rows.getString(1));
    }
  }
}
