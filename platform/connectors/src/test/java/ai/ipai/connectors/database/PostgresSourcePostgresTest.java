package ai.ipai.connectors.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.connectors.database.Source.Reading;
import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.Cursor;
import ai.ipai.spi.connector.Finding;
import ai.ipai.spi.connector.JsonText;
import ai.ipai.spi.connector.KeySweep;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.StreamDescriptor;
import ai.ipai.spi.connector.StreamRequest;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.testing.postgres.TestDatabase;
import ai.ipai.testing.postgres.TestPostgres;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-CON-080")
class PostgresSourcePostgresTest {
  private static TestDatabase database;

  @BeforeAll
  static void start() {
    database = TestPostgres.createEmpty();
  }

  @AfterAll
  static void stop() {
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

  private static Source source(Map<String, Map<String, @Nullable Object>> streams) {
    return source(streams, 3);
  }

  private static Source source(Map<String, Map<String, @Nullable Object>> streams, int pageSize) {
    Map<String, @Nullable Object> connection = new HashMap<>();
    connection.put("kind", "postgresql");
    connection.put("host", database.url().host());
    connection.put("port", database.url().port());
    connection.put("database", database.url().database());
    connection.put("login", database.url().user());
    connection.put("secret", "secret://shop/password");
    connection.put("schemas", List.of("public", "Odd Schema"));
    connection.put("page_size", pageSize);
    connection.put("private_addresses", true);
    return new Source(connection, String.valueOf(database.url().password()), streams);
  }

  private static Map<String, Map<String, @Nullable Object>> one(
      String stream, Map<String, @Nullable Object> options) {
    Map<String, Map<String, @Nullable Object>> streams = new LinkedHashMap<>();
    streams.put(stream, options);
    return streams;
  }

  @Test
  void everyTypeComesThroughWithoutLoss() {
    execute(
        """
        create domain public.euro as numeric(12, 2);
        create type public.mood as enum ('sad', 'happy');
        create table public.types (
          id int primary key, b boolean, s smallint, l bigint, n numeric, e public.euro,
          r real, d double precision, t text, c char(4), u uuid, j jsonb, a int[], y bytea,
          day date, local timestamp, zoned timestamptz, m public.mood, i interval, ip inet);
        insert into public.types values (
          1, true, -3, 9223372036854775807, 12345678901234567890.123456789012345678901, 0.10,
          0.1, 0.1, E'tab\\tné 中', 'ab', 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6', '{"a": [1, 2.50]}',
          '{1,null,3}', '\\x00ff', '2024-02-29', '1969-12-31 23:59:59.123456',
          '2024-03-31 02:30:00.000001+05:45', 'happy', '1 mon 2 days', '10.0.0.1/8');
        insert into public.types (id, n, day, local, zoned, d)
        values (2, 'NaN', 'infinity', '-infinity', 'infinity', 'NaN'), (3, null, null, null, null, null);
        """);
    try (Source source = source(one("types", Map.of()))) {
      List<Map<String, @Nullable Object>> rows =
          source.read("types", ReadMode.SNAPSHOT, null).rows();
      assertThat(rows.getFirst())
          .containsEntry("b", true)
          .containsEntry("s", -3L)
          .containsEntry("l", Long.MAX_VALUE)
          .containsEntry("n", new BigDecimal("12345678901234567890.123456789012345678901"))
          .containsEntry("e", new BigDecimal("0.10"))
          .containsEntry("r", (double) 0.1f)
          .containsEntry("d", 0.1)
          .containsEntry("t", "tab\tné 中")
          .containsEntry("c", "ab  ")
          .containsEntry("u", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6")
          .containsEntry("j", new JsonText("{\"a\": [1, 2.50]}"))
          .containsEntry("a", new JsonText("[1, null, 3]"))
          .containsEntry("day", "2024-02-29")
          .containsEntry("local", "1969-12-31 23:59:59.123456")
          .containsEntry("zoned", "2024-03-30 20:45:00.000001Z")
          .containsEntry("m", "happy")
          .containsEntry("i", "1 mon 2 days")
          .containsEntry("ip", "10.0.0.1/8");
      assertThat((byte[]) rows.getFirst().get("y")).containsExactly(0, 0xff);
      assertThat(rows.get(1))
          .containsEntry("n", "NaN")
          .containsEntry("day", "infinity")
          .containsEntry("local", "-infinity")
          .containsEntry("zoned", "infinity");
      assertThat(rows.get(2).values()).filteredOn(value -> value == null).hasSize(19);
    }
  }

  @Test
  void namesOfAnyKindAndTablesOfOtherSchemasAreStreams() {
    execute(
        """
        create schema "Odd Schema";
        create table "Odd Schema"."naïve ""table""; drop" ("sélect" int primary key, "a b" text);
        comment on table "Odd Schema"."naïve ""table""; drop" is 'odd';
        insert into "Odd Schema"."naïve ""table""; drop" values (1, 'x');
        """);
    String name = "Odd Schema.naïve \"table\"; drop";
    try (Source source = source(one(name, Map.of()))) {
      StreamDescriptor stream = source.connector.discover().getFirst();
      assertThat(stream.name()).isEqualTo(name);
      assertThat(stream.comment()).isEqualTo("odd");
      assertThat(stream.columns()).extracting(SourceColumn::name).containsExactly("sélect", "a b");
      assertThat(source.read(name, ReadMode.SNAPSHOT, null).values("a b")).containsExactly("x");
    }
  }

  @Test
  void pagesByACompositeKeyLoseAndRepeatNothingWhereverTheyAreInterrupted() {
    execute(
        """
        create table public.lines (doc text collate "C", line int, what text, primary key (doc, line));
        insert into public.lines select 'd' || d, l, 'x' from generate_series(1, 7) d, generate_series(1, 4) l;
        """);
    try (Source source = source(one("lines", Map.of()))) {
      List<Map<String, @Nullable Object>> whole =
          source.read("lines", ReadMode.SNAPSHOT, null).rows();
      assertThat(whole).hasSize(28).doesNotHaveDuplicates();
      for (int batches = 1; batches < 10; batches++) {
        Reading begun = source.read("lines", ReadMode.SNAPSHOT, null, batches);
        List<Map<String, @Nullable Object>> both = new ArrayList<>(begun.rows());
        both.addAll(source.read("lines", ReadMode.SNAPSHOT, begun.after()).rows());
        assertThat(both).isEqualTo(whole);
      }
    }
  }

  @Test
  void aTableWithoutKeyGoesOnWhereItWasInterruptedTwinsIncluded() {
    execute(
        """
        create table public.heap (a text, b jsonb, c point);
        insert into public.heap select (i % 3)::text, '{}', '(1,2)' from generate_series(1, 20) i;
        """);
    try (Source source = source(one("heap", Map.of()))) {
      assertThat(source.connector.discover().getFirst().modes()).containsExactly(ReadMode.SNAPSHOT);
      Reading begun = source.read("heap", ReadMode.SNAPSHOT, null, 3);
      Reading rest = source.read("heap", ReadMode.SNAPSHOT, begun.after());
      assertThat(begun.rows()).hasSize(9);
      assertThat(rest.rows()).hasSize(11);
      List<@Nullable Object> all = new ArrayList<>(begun.values("a"));
      all.addAll(rest.values("a"));
      assertThat(all).filteredOn("0"::equals).hasSize(6);
      assertThat(source.connector.check())
          .singleElement()
          .extracting(Finding::message)
          .asString()
          .contains("has no key");
    }
  }

  @Test
  void changesAreReadByAWindowWithTiesAndLateCommits() throws SQLException {
    execute(
        """
        create table public.orders (id bigint primary key, total numeric not null,
          updated_at timestamptz not null);
        insert into public.orders select i, i, '2026-01-01 10:00:00+00' from generate_series(1, 10) i;
        """);
    Map<String, @Nullable Object> options = Map.of("cursor", "updated_at", "overlap", "15m");
    try (Source source = source(one("orders", options));
        Connection late = database.owner();
        Statement statement = late.createStatement()) {
      Reading first = source.read("orders", ReadMode.SNAPSHOT, null);
      assertThat(first.rows()).hasSize(10);
      late.setAutoCommit(false);
      // Begun before the others, committed after a reading had gone past it.
      statement.execute("insert into orders values (11, 11, '2026-01-01 10:04:00+00')");
      execute("update orders set total = 100, updated_at = '2026-01-01 10:05:00+00' where id <= 7");
      Reading second = source.read("orders", ReadMode.CHANGES, first.after());
      assertThat(second.values("id"))
          .as("those within the overlap come again, each once")
          .containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
      late.commit();
      Reading third = source.read("orders", ReadMode.CHANGES, second.after());
      assertThat(third.values("id")).contains(11L);
      execute("insert into orders values (12, 12, '2026-01-01 12:00:00+00')");
      Reading fourth = source.read("orders", ReadMode.CHANGES, third.after());
      Reading fifth = source.read("orders", ReadMode.CHANGES, fourth.after());
      assertThat(fifth.values("id")).as("nothing older is read again").containsExactly(12L);
      Reading interrupted = source.read("orders", ReadMode.CHANGES, first.after(), 2);
      Reading rest = source.read("orders", ReadMode.CHANGES, interrupted.after());
      List<@Nullable Object> ids = new ArrayList<>(interrupted.values("id"));
      ids.addAll(rest.values("id"));
      assertThat(ids).doesNotHaveDuplicates().hasSize(12);
    }
  }

  @Test
  @Tag("REQ-CON-086")
  void aValueAheadOfTheClockHidesNoLaterChange() {
    execute(
        """
        create table public.ahead (id bigint primary key, zoned timestamptz, local timestamp,
          day date, n numeric(20, 2));
        insert into public.ahead
        select i, now() - i * interval '2 days', now() - i * interval '2 days', current_date - 2 * i, -i
        from generate_series(1, 10) i;
        """);
    Map<String, String> hostile =
        Map.of("zoned", "'infinity'", "local", "'2999-01-01'", "day", "'infinity'", "n", "'NaN'");
    Map<String, String> now =
        Map.of(
            "zoned", "now()", "local", "now() at time zone 'UTC'", "day", "current_date", "n", "5");
    for (String column : hostile.keySet()) {
      String overlap = column.equals("n") ? "1" : "1m";
      Map<String, @Nullable Object> options = Map.of("cursor", column, "overlap", overlap);
      try (Source source = source(one("ahead", options))) {
        execute("delete from ahead where id > 10");
        execute(
            "insert into ahead (id, %s) values (11, %s)".formatted(column, hostile.get(column)));
        Reading first = source.read("ahead", ReadMode.SNAPSHOT, null);
        assertThat(first.rows()).as(column).hasSize(11);
        execute("insert into ahead (id, %s) values (12, %s)".formatted(column, now.get(column)));
        Reading second = source.read("ahead", ReadMode.CHANGES, first.after());
        assertThat(second.values("id")).as(column).contains(11L, 12L).doesNotHaveDuplicates();
        Reading third = source.read("ahead", ReadMode.CHANGES, second.after());
        assertThat(third.rows()).as(column).hasSizeLessThan(5);
        assertThat(source.connector.check())
            .as(column)
            .extracting(Finding::message)
            .anySatisfy(message -> assertThat(message).contains("ahead of the database's clock"));
      }
    }
  }

  @Test
  @Tag("REQ-CON-086")
  void aCursorThatWasLedAheadReadsEverythingAgain() {
    execute(
        """
        create table public.led (id bigint primary key, at timestamptz);
        insert into public.led select i, '2026-01-01' from generate_series(1, 5) i;
        """);
    try (Source source = source(one("led", Map.of("cursor", "at")))) {
      for (String high : List.of("2999-01-01 00:00:00Z", "infinity")) {
        Cursor led =
            new Cursor(
                "{\"v\":1,\"done\":true,\"column\":\"at\",\"low\":\"\",\"high\":\"%s\",\"skip\":0,\"after\":[]}"
                    .formatted(high));
        assertThat(source.read("led", ReadMode.CHANGES, led).rows()).as(high).hasSize(5);
      }
    }
  }

  @Test
  @Tag("REQ-CON-087")
  void aTableWithoutKeyThatChangedIsNotGoneOnWith() {
    execute(
        """
        create table public.moving (a int, b text);
        insert into public.moving select i, 'x' from generate_series(10, 30) i;
        """);
    try (Source source = source(one("moving", Map.of()))) {
      Reading begun = source.read("moving", ReadMode.SNAPSHOT, null, 2);
      assertThat(source.read("moving", ReadMode.SNAPSHOT, begun.after()).rows()).hasSize(15);
      for (String change :
          List.of(
              "insert into moving values (1, 'before the others')",
              "delete from moving where a = 12",
              "update moving set b = 'y' where a = 11",
              "delete from moving where a > 11")) {
        execute(change);
        assertThat(code(() -> source.read("moving", ReadMode.SNAPSHOT, begun.after())))
            .as(change)
            .isEqualTo(ConnectorErrors.CURSOR.id());
        execute("truncate moving; insert into moving select i, 'x' from generate_series(10, 30) i");
      }
    }
  }

  @Test
  @Tag("REQ-CON-064")
  void whatIsAskedBeforeTheFirstPageIsCancelledToo() {
    execute(
        """
        create function public.slower() returns int language plpgsql volatile as
          'begin perform pg_sleep(30); return 1; end';
        create view public.slow_cursor as select 1 as id, public.slower() as version;
        """);
    Map<String, @Nullable Object> options = Map.of("key", List.of("id"), "cursor", "version");
    try (Source source = source(one("slow_cursor", options));
        BatchReader reader =
            source.connector.open(new StreamRequest("slow_cursor", ReadMode.SNAPSHOT, null))) {
      assertThat(reader.stream().name()).isEqualTo("slow_cursor");
      cancelWhileSleeping(source);
      long from = System.nanoTime();
      assertThat(code(reader::next)).isEqualTo(ConnectorErrors.CANCELLED.id());
      assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  @Tag("REQ-CON-064")
  void aServerThatNeverAnswersDoesNotHoldDiscoverOnceItIsCancelled() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      Map<String, @Nullable Object> connection = new HashMap<>();
      connection.put("kind", "postgresql");
      connection.put("host", "127.0.0.1");
      connection.put("port", silent.getLocalPort());
      connection.put("database", "shop");
      connection.put("login", "reader");
      connection.put("secret", "secret://shop/password");
      connection.put("private_addresses", true);
      try (Source source = new Source(connection, "x", Map.of())) {
        Thread.ofVirtual()
            .start(
                () -> {
                  try (Socket caller = silent.accept()) {
                    assertThat(caller.getInputStream().read()).isNotNegative();
                    source.cancellation.request();
                    caller.getInputStream().readAllBytes();
                  } catch (IOException e) {
                    // The caller is gone.
                  }
                });
        long from = System.nanoTime();
        assertThat(code(() -> source.connector.discover()))
            .isEqualTo(ConnectorErrors.CANCELLED.id());
        assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(5));
      }
    }
  }

  private static void cancelWhileSleeping(Source source) {
    Thread.ofVirtual()
        .start(
            () -> {
              while (!isSleeping()) {
                Thread.onSpinWait();
              }
              source.cancellation.request();
            });
  }

  @Test
  void reconciliationTellsWhichKeysAreThere() {
    execute(
        """
        create table public.things (id int primary key, version bigint not null);
        insert into public.things select i, i from generate_series(-3, 4) i;
        """);
    try (Source source = source(one("things", Map.of("cursor", "version", "overlap", 0)))) {
      Reading reading = source.read("things", ReadMode.RECONCILE, null);
      long after = Long.MIN_VALUE;
      List<Long> present = new ArrayList<>();
      for (var batch : reading.batches()) {
        KeySweep sweep = (KeySweep) java.util.Objects.requireNonNull(batch.removal());
        assertThat(sweep.after()).isEqualTo(after);
        after = sweep.upTo();
        present.addAll(sweep.present());
      }
      assertThat(after).isEqualTo(Long.MAX_VALUE);
      assertThat(present).containsExactly(-3L, -2L, -1L, 0L, 1L, 2L, 3L, 4L);
      execute("insert into things values (9, 9)");
      assertThat(source.read("things", ReadMode.CHANGES, reading.after()).values("id"))
          .containsExactly(4L, 9L);
    }
  }

  @Test
  void wrongSettingsAreNamed() {
    execute("create table public.plain (id int primary key, word text)");
    try (Source source = source(one("nosuch", Map.of()))) {
      assertThat(code(() -> source.connector.discover()))
          .isEqualTo(ConnectorErrors.STREAM_NOT_FOUND.id());
    }
    try (Source source = source(one("plain", Map.of("cursor", "nosuch")))) {
      assertThat(code(() -> source.connector.discover())).isEqualTo("CON-120");
    }
    try (Source source = source(one("plain", Map.of("cursor", "word")))) {
      assertThat(code(() -> source.connector.discover())).isEqualTo(ConnectorErrors.SETTING.id());
    }
    Map<String, @Nullable Object> connection = new HashMap<>();
    connection.put("kind", "postgresql");
    connection.put("host", "127.0.0.1");
    connection.put("port", database.url().port());
    connection.put("database", database.url().database());
    connection.put("login", "nobody");
    connection.put("secret", "secret://shop/password");
    connection.put("private_addresses", true);
    try (Source source = new Source(connection, "wrong-password", Map.of())) {
      assertThat(source.connector.check())
          .singleElement()
          .extracting(Finding::message)
          .asString()
          .startsWith("CON-006")
          .doesNotContain("wrong-password");
    }
  }

  @Test
  void aStatementThatHangsIsCancelledWithinASecond() {
    execute(
        """
        create function public.slow() returns int language plpgsql as
          'begin perform pg_sleep(30); return 1; end';
        create view public.hanging as select 1 as id, public.slow() as waited;
        """);
    try (Source source = source(one("hanging", Map.of("key", List.of("id"))));
        BatchReader reader =
            source.connector.open(new StreamRequest("hanging", ReadMode.SNAPSHOT, null))) {
      Thread.ofVirtual()
          .start(
              () -> {
                while (!isSleeping()) {
                  Thread.onSpinWait();
                }
                source.cancellation.request();
              });
      long from = System.nanoTime();
      assertThat(code(reader::next)).isEqualTo(ConnectorErrors.CANCELLED.id());
      assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(10));
    }
  }

  private static boolean isSleeping() {
    try (Connection connection = database.owner();
        Statement statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "select 1 from pg_stat_activity where wait_event = 'PgSleep' and datname ="
                    + " current_database()")) {
      return rows.next();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void nothingCanBeWritten() {
    execute(
        """
        create sequence public.counter;
        create view public.writing as select 1 as id, nextval('public.counter') as n;
        """);
    try (Source source = source(one("writing", Map.of()))) {
      assertThat(code(() -> source.read("writing", ReadMode.SNAPSHOT, null)))
          .isEqualTo(ConnectorErrors.SOURCE_FAILED.id());
    }
  }

  private static String code(Runnable action) {
    IpaiException[] thrown = new IpaiException[1];
    assertThatThrownBy(action::run).isInstanceOfSatisfying(IpaiException.class, e -> thrown[0] = e);
    assertThat(thrown[0].hint()).isNotBlank();
    return thrown[0].code().id();
  }
}
