package ai.ipai.connectors.database;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.spi.cell.EncodedRows;
import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.JsonText;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.connector.StreamRequest;
import ai.ipai.testing.postgres.TestDatabase;
import ai.ipai.testing.postgres.TestPostgres;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** PostgreSQL's binary COPY as a source. */
@Tag("REQ-CON-160")
class CopiedRowsPostgresTest {
  private static final String CANCEL =
      """
      select count(*) filter (where pg_cancel_backend(pid))
      from pg_stat_activity
      where usename = 'impatient' and query ilike 'copy%' and backend_type = 'client backend'
      """;

  private static TestDatabase database;

  @BeforeAll
  static void start() {
    database = TestPostgres.createEmpty();
    execute("create role impatient login password 'pass'; grant pg_read_all_data to impatient");
  }

  @AfterAll
  static void stop() {
    execute("revoke pg_read_all_data from impatient; drop role impatient");
    database.close();
  }

  private static void execute(String sql) {
    try (Connection connection = database.owner();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<List<@Nullable String>> query(String sql) {
    try (Connection connection = database.owner();
        Statement statement = connection.createStatement()) {
      statement.execute("set time zone 'UTC'");
      ResultSet rows = statement.executeQuery(sql);
      List<List<@Nullable String>> all = new ArrayList<>();
      while (rows.next()) {
        List<@Nullable String> row = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          row.add(rows.getString(i));
        }
        all.add(row);
      }
      return all;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Source source(String login, String password, String stream, int pageSize) {
    Map<String, @Nullable Object> connection = new HashMap<>();
    connection.put("kind", "postgresql");
    connection.put("host", database.url().host());
    connection.put("port", database.url().port());
    connection.put("database", database.url().database());
    connection.put("login", login);
    connection.put("secret", "secret://shop/password");
    connection.put("page_size", pageSize);
    connection.put("private_addresses", true);
    return new Source(connection, password, Map.of(stream, Map.of()));
  }

  private static Source source(String stream, int pageSize) {
    return source(
        database.url().user(), String.valueOf(database.url().password()), stream, pageSize);
  }

  private static @Nullable String text(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case BigDecimal decimal -> decimal.toPlainString();
      case JsonText json -> json.json();
      case String text when text.endsWith("Z") -> text.substring(0, text.length() - 1);
      default -> value.toString();
    };
  }

  @Test
  void valuesOfEveryRangeAreWhatAQueryWrites() {
    execute(
        """
        create table public.ranges as
        select i as id,
          case when i % 50 = 0 then '-Infinity' when i % 51 = 0 then 'NaN'
            else ((random() - 0.5) * 10::numeric ^ (i % 60))::numeric(80, 0) / 10::numeric ^ (i % 37) end as n,
          round(random()::numeric, i % 20) * 10000 as m,
          date '2000-01-01' + (random() * 4000000 - 2300000)::int as d,
          timestamp '0001-01-01' + random() * interval '9998 years' as t,
          timestamptz '2000-01-01' + (random() - 0.5) * interval '9000 years' as z,
          case i % 3 when 0 then jsonb_build_object('a', i / 7.0, 'b', e'\\u0001"') when 1 then '[]' end as j,
          json_build_object('n', i, 's', 'é')::json as k
        from generate_series(1, 2000) i;
        alter table public.ranges add primary key (id);
        insert into public.ranges (id, n, d, t, z) values
          (-1, 0, 'infinity', 'infinity', 'infinity'), (-2, 0.00, '-infinity', '-infinity', '-infinity'),
          (-3, 1e-16383, '4713-01-01 BC', '4713-01-01 00:00:00 BC', '0001-12-31 23:59:59.999999+00 BC'),
          (-4, 1e131071, '5874897-12-31', '294276-12-31 23:59:59.999999', '10000-01-01 00:00:00+00'),
          (-5, -9999.9999, '0001-01-01', '9999-12-31 23:59:59.1', '0001-01-01 00:00:00+00');
        """);
    try (Source source = source("ranges", 700)) {
      List<List<@Nullable String>> copied = new ArrayList<>();
      for (RecordBatch batch : source.read("ranges", ReadMode.SNAPSHOT, null).batches()) {
        for (SourceRow row : batch.rows()) {
          List<@Nullable String> texts = new ArrayList<>();
          for (int i = 0; i < batch.columns().size(); i++) {
            texts.add(text(row.value(i)));
          }
          copied.add(texts);
        }
      }
      assertThat(copied)
          .isEqualTo(
              query(
                  """
                  select id::text, n::text, m::text, d::text, t::text, (z at time zone 'UTC')::text, j::text, k::text
                  from ranges order by ranges.id
                  """));
    }
  }

  @Test
  void rowsThatBronzeCanHoldGoOnAsCells() {
    execute(
        """
        create table public.plain (id int primary key, n numeric, t text, z timestamptz, j jsonb, k json);
        insert into public.plain values (1, 1.50, 'é', '2024-02-29', '{"a": 1}', '{"a": "\\u0000"}'),
          (2, 'NaN', '', '2024-02-29', null, '1'), (3, 2, '', 'infinity', null, '1'),
          (4, -0.00, '', null, '[]', '{"a": [1, "ü"]}');
        """);
    try (Source source = source("plain", 10);
        BatchReader reader =
            source.connector.open(new StreamRequest("plain", ReadMode.SNAPSHOT, null))) {
      RecordBatch batch = java.util.Objects.requireNonNull(reader.next());
      EncodedRows rows = (EncodedRows) batch.rows();
      assertThat(IntStream.range(0, rows.size()).mapToObj(rows::isReady))
          .containsExactly(false, false, false, true);
      assertThat(rows.get(1).value(1)).as("kept as a value").isEqualTo("NaN");
      assertThat(EncodedRows.value(rows, 3, 5)).isEqualTo(new JsonText("{\"a\": [1, \"ü\"]}"));
    }
  }

  @Test
  @Tag("REQ-CON-088")
  void wideRowsEndABatchByTheirWeight() {
    execute(
        """
        create table public.wide (id int primary key, t text);
        insert into public.wide select i, repeat(md5(i::text), 100000) from generate_series(1, 30) i;
        """);
    try (Source source = source("wide", 10_000)) {
      List<RecordBatch> batches = source.read("wide", ReadMode.SNAPSHOT, null).batches();
      assertThat(batches).hasSizeGreaterThan(2);
      assertThat(batches).allSatisfy(batch -> assertThat(batch.rows()).hasSizeLessThan(9));
      assertThat(batches.stream().mapToInt(batch -> batch.rows().size()).sum()).isEqualTo(30);
    }
  }

  /** A server's limit on the time of statements ends them as this does, but when it likes. */
  @Test
  void aStatementThatTheServerEndedIsReadOn() {
    execute(
        """
        create table public.long as select i as id, repeat('x', 1000) as t from generate_series(1, 60000) i;
        alter table public.long add primary key (id);
        analyze public.long;
        """);
    try (Source source = source("impatient", "pass", "long", 500);
        BatchReader reader =
            source.connector.open(new StreamRequest("long", ReadMode.SNAPSHOT, null))) {
      List<Object> ids = new ArrayList<>();
      for (RecordBatch batch = reader.next(); batch != null; batch = reader.next()) {
        batch.rows().forEach(row -> ids.add(row.value(0)));
        if (ids.size() == 500) {
          assertThat(query(CANCEL).getFirst().getFirst()).as("statements ended").isEqualTo("1");
        }
      }
      assertThat(ids).hasSize(60_000).doesNotHaveDuplicates();
    }
  }
}
