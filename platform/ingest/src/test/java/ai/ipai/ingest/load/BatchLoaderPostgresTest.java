package ai.ipai.ingest.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.ingest.IngestErrors;
import ai.ipai.ingest.definition.Contract;
import ai.ipai.ingest.table.BronzeTable;
import ai.ipai.ingest.table.TableShape;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.Cursor;
import ai.ipai.spi.connector.JsonText;
import ai.ipai.spi.connector.KeySweep;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.testing.postgres.TestDatabase;
import ai.ipai.testing.postgres.TestPostgres;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-CON-005")
class BatchLoaderPostgresTest {
  private static final QualifiedName TABLE = QualifiedName.of("bronze_test", "things");
  private static final List<SourceColumn> COLUMNS =
      List.of(
          SourceColumn.of("id", ColumnType.BIGINT),
          SourceColumn.of("amount", ColumnType.NUMERIC),
          SourceColumn.of("name", ColumnType.TEXT),
          SourceColumn.of("day", ColumnType.DATE),
          SourceColumn.of("at", ColumnType.TIMESTAMPTZ),
          SourceColumn.of("wall", ColumnType.TIMESTAMP),
          SourceColumn.of("flag", ColumnType.BOOLEAN),
          SourceColumn.of("real", ColumnType.DOUBLE),
          SourceColumn.of("doc", ColumnType.JSON));

  private TestDatabase database;
  private Connection connection;
  private BatchLoader loader;
  private TableShape shape;

  @BeforeEach
  void open() throws SQLException {
    database = TestPostgres.create();
    connection = database.database().open(Login.LOADER);
    connection.setAutoCommit(false);
    shape = TableShape.empty().evolved(COLUMNS);
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
  void valuesOfEveryTypeArriveExactly() throws SQLException {
    List<String> decimals =
        List.of(
            "0",
            "-0.00001",
            "1234567890123456789012345678901234567890.123456789",
            "1.50",
            "10000",
            "99990000.0001",
            "-1E+3");
    for (String decimal : decimals) {
      load(
          row(
              1L,
              new BigDecimal(decimal),
              "x",
              LocalDate.of(1900, 2, 28),
              Instant.parse("1969-12-31T23:59:59.123456Z"),
              LocalDateTime.parse("2026-01-02T03:04:05.000001"),
              true,
              0.1,
              new JsonText("{\"a\": [1.50, \"名\"]}")));
      assertThat(new BigDecimal(one("select amount::text from bronze_test.things")))
          .isEqualByComparingTo(decimal);
    }
    assertThat(
            one(
                "select (day, at at time zone 'UTC', wall, flag, real, doc)::text from bronze_test.things"))
        .isEqualTo(
            "(1900-02-28,\"1969-12-31 23:59:59.123456\",\"2026-01-02 03:04:05.000001\",t,0.1,\"{\"\"a\"\": [1.50, \"\"名\"\"]}\")");
    assertThat(one("select amount::text from bronze_test.things")).isEqualTo("-1000");
  }

  @Test
  void whatDoesNotFitIsRescuedWithItsReason() throws SQLException {
    LoadCounts counts =
        load(
            row(
                1L,
                "1e999999999",
                "a\0b",
                "tomorrow",
                "2026-01-01T00:00:00",
                "x",
                "yes",
                "nan",
                new JsonText("\"\\u0000\"")));
    assertThat(counts.rescued()).isEqualTo(1);
    assertThat(
            one(
                "select string_agg(key, ',' order by key) from bronze_test.things, jsonb_each(_ipai_rescued)"))
        .isEqualTo("amount,at,day,doc,flag,name,real,wall");
    assertThat(one("select _ipai_rescued #>> '{amount,value}' from bronze_test.things"))
        .isEqualTo("1e999999999");
    assertThat(one("select _ipai_rescued #>> '{name,utf16_base64}' from bronze_test.things"))
        .isEqualTo("AGEAAABi");
    assertThat(one("select name is null and doc is null from bronze_test.things")).isEqualTo("t");
  }

  @Test
  @Tag("REQ-CON-012")
  void readingTheSameAgainChangesNothing() throws SQLException {
    assertThat(load(simple(1, "a"), simple(2, "b"))).extracting(LoadCounts::inserted).isEqualTo(2L);
    LoadCounts again = load(simple(1, "a"), simple(2, "c"), simple(3, "x"), simple(3, "y"));
    assertThat(List.of(again.inserted(), again.updated())).containsExactly(1L, 1L);
    assertThat(one("select string_agg(name || _ipai_op, ',' order by id) from bronze_test.things"))
        .isEqualTo("ai,cu,yi");
  }

  @Test
  @Tag("REQ-CON-012")
  void goneRowsAreMarkedAndComeBack() throws SQLException {
    load(simple(1, "a"), simple(2, "b"), simple(3, "c"));
    assertThat(sweep(0, 2, 1).deleted()).isEqualTo(1);
    assertThat(one("select string_agg(id::text, ',') from bronze_test.things where _ipai_op = 'd'"))
        .isEqualTo("2");
    assertThat(sweep(0, 2, 1).deleted()).isZero();
    assertThat(load(simple(2, "b")).updated()).isEqualTo(1);
    assertThat(one("select count(*) from bronze_test.things where _ipai_op = 'd'")).isEqualTo("0");
  }

  @Test
  @Tag("REQ-CON-014")
  void mostRowsVanishingIsRefused() throws SQLException {
    load(LongStream.rangeClosed(1, 300).mapToObj(i -> simple(i, "x")).toArray(SourceRow[]::new));
    assertThatThrownBy(() -> sweep(0, Long.MAX_VALUE, 1, 2, 3))
        .isInstanceOfSatisfying(
            IpaiException.class, e -> assertThat(e.code()).isEqualTo(IngestErrors.MASS_DELETE));
  }

  @Test
  void aRowWithoutItsKeyIsRefused() {
    assertThatThrownBy(
            () -> load(row((Object) null, null, "x", null, null, null, null, null, null)))
        .isInstanceOfSatisfying(
            IpaiException.class, e -> assertThat(e.code()).isEqualTo(IngestErrors.KEY_MISSING));
  }

  private static SourceRow simple(long id, String name) {
    return row(id, null, name, null, null, null, null, null, null);
  }

  private static SourceRow row(@Nullable Object... values) {
    return SourceRow.present(values);
  }

  private LoadCounts load(SourceRow... rows) throws SQLException {
    LoadCounts counts =
        loader.load(target(), RecordBatch.of(COLUMNS, List.of(rows), new Cursor("{}")));
    connection.commit();
    return counts;
  }

  private LoadCounts sweep(long after, long upTo, long... present) throws SQLException {
    List<Long> keys = new ArrayList<>();
    LongStream.of(present).forEach(keys::add);
    LoadCounts counts =
        loader.load(
            target(),
            new RecordBatch(
                COLUMNS, List.of(), new KeySweep(after, upTo, keys), List.of(), new Cursor("{}")));
    connection.commit();
    return counts;
  }

  private LoadTarget target() {
    return new LoadTarget(
        TABLE,
        TABLE,
        shape,
        List.of("id"),
        Way.MERGE,
        Contract.EVOLVING,
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
