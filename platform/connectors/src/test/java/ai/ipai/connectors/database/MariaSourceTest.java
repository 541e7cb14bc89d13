package ai.ipai.connectors.database;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.connectors.database.Source.Reading;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.Finding;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.testing.maria.TestMaria;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Against a real MariaDB server; skipped, with the reason, where it cannot run. */
@Tag("REQ-CON-080")
class MariaSourceTest {
  private static TestMaria maria;

  @BeforeAll
  static void start() {
    maria = TestMaria.start();
  }

  @AfterAll
  static void stop() {
    if (maria != null) {
      maria.close();
    }
  }

  private static Source source(
      String password, String stream, Map<String, @Nullable Object> options) {
    Map<String, @Nullable Object> connection = maria.connection();
    connection.put("page_size", 3);
    return new Source(connection, password, Map.of(stream, options));
  }

  @Test
  void everyTypeComesThroughWithoutLoss() {
    maria.execute(
        "set sql_mode = ''",
        """
        create table types (
          id int primary key, flag tinyint(1), bits bit(9), big bigint unsigned, n decimal(40, 20),
          f float, d double, t longtext, e enum('sad', 'happy'), raw varbinary(8),
          day date, local datetime(6), zoned timestamp(6) null, clock time, y year)
        """,
        """
        insert into types values (
          1, 2, b'100000001', 18446744073709551615, 12345678901234567890.12345678901234567890,
          0.1, 0.1, 'né 中 😀', 'happy', x'00ff', '2024-02-29', '1969-12-31 23:59:59.123456',
          '2024-03-30 20:45:00.000001', '-25:01:02', 2024)
        """,
        "insert into types (id, day, local) values (2, '0000-00-00', '2024-00-00 00:00:00')",
        "insert into types (id) values (3)");
    try (Source source = source(TestMaria.PASSWORD, "types", Map.of())) {
      List<Map<String, @Nullable Object>> rows =
          source.read("types", ReadMode.SNAPSHOT, null).rows();
      assertThat(rows.getFirst())
          .containsEntry("flag", 2L)
          .containsEntry("bits", new BigDecimal(257))
          .containsEntry("big", new BigDecimal("18446744073709551615"))
          .containsEntry("n", new BigDecimal("12345678901234567890.12345678901234567890"))
          .containsEntry("f", (double) 0.1f)
          .containsEntry("d", 0.1)
          .containsEntry("t", "né 中 😀")
          .containsEntry("e", "happy")
          .containsEntry("day", "2024-02-29")
          .containsEntry("local", "1969-12-31 23:59:59.123456")
          .containsEntry("zoned", "2024-03-30 20:45:00.000001Z")
          .containsEntry("clock", "-25:01:02")
          .containsEntry("y", 2024L);
      assertThat((byte[]) rows.getFirst().get("raw")).containsExactly(0, 0xff);
      assertThat(rows.get(1))
          .as("dates that are none are not lost")
          .containsEntry("day", "0000-00-00")
          .containsEntry("local", "2024-00-00 00:00:00.000000");
      assertThat(rows.get(2).values()).filteredOn(value -> value == null).hasSize(14);
    }
  }

  @Test
  void pagesAndChangesLoseAndRepeatNothing() {
    maria.execute(
        """
        create table order_lines (
          doc varchar(20) collate utf8mb4_unicode_ci, line bigint unsigned, what text,
          changed datetime not null, primary key (doc, line))
        """,
        """
        insert into order_lines select concat('d', a.seq), 9007199254740993 + b.seq, 'x', '2026-01-01 10:00:00'
        from seq_1_to_7 a, seq_1_to_4 b
        """);
    try (Source source =
        source(TestMaria.PASSWORD, "order_lines", Map.of("cursor", "changed", "overlap", "1m"))) {
      List<Map<String, @Nullable Object>> whole =
          source.read("order_lines", ReadMode.SNAPSHOT, null).rows();
      assertThat(whole).hasSize(28).doesNotHaveDuplicates();
      for (int batches = 1; batches < 10; batches++) {
        Reading begun = source.read("order_lines", ReadMode.SNAPSHOT, null, batches);
        List<Map<String, @Nullable Object>> both = new ArrayList<>(begun.rows());
        both.addAll(source.read("order_lines", ReadMode.SNAPSHOT, begun.after()).rows());
        assertThat(both).isEqualTo(whole);
      }
      Reading first = source.read("order_lines", ReadMode.SNAPSHOT, null);
      maria.execute("update order_lines set changed = '2026-01-01 11:00:00' where doc = 'd3'");
      Reading second = source.read("order_lines", ReadMode.CHANGES, first.after());
      Reading third = source.read("order_lines", ReadMode.CHANGES, second.after());
      assertThat(second.rows()).hasSize(28);
      assertThat(third.values("doc")).containsExactly("d3", "d3", "d3", "d3");
    }
  }

  @Test
  void pagesByAnEnumOrASetLoseAndRepeatNothing() {
    maria.execute(
        """
        create table sized (
          size enum('small', 'medium', 'large', 'extra', 'a', 'B') collate utf8mb4_bin,
          marks set('new', 'best', 'eco'), id int, primary key (size, marks, id))
        """,
        """
        insert into sized select s.word, m.word, n.seq from
          (select 'small' word union select 'medium' union select 'large' union select 'extra'
            union select 'a' union select 'B') s,
          (select 'new' word union select 'best' union select 'new,eco' union select '') m, seq_1_to_2 n
        """);
    try (Source source = source(TestMaria.PASSWORD, "sized", Map.of())) {
      List<Map<String, @Nullable Object>> whole =
          source.read("sized", ReadMode.SNAPSHOT, null).rows();
      assertThat(whole).hasSize(48).doesNotHaveDuplicates();
      Reading begun = source.read("sized", ReadMode.SNAPSHOT, null, 3);
      List<Map<String, @Nullable Object>> both = new ArrayList<>(begun.rows());
      both.addAll(source.read("sized", ReadMode.SNAPSHOT, begun.after()).rows());
      assertThat(both).isEqualTo(whole);
    }
  }

  @Test
  @Tag("REQ-CON-086")
  void aValueAheadOfTheClockHidesNoLaterChange() {
    maria.execute(
        "set sql_mode = ''",
        "create table ahead (id int primary key, at datetime(6), stamp timestamp(6) null)",
        """
        insert into ahead select seq, utc_timestamp(6) - interval 2 * seq day,
          utc_timestamp(6) - interval 2 * seq day from seq_1_to_10
        """);
    Map<String, String> hostile = Map.of("at", "'9999-12-31 23:59:59'", "stamp", "'2037-01-01'");
    hostile.forEach(
        (column, value) -> {
          try (Source source = source(TestMaria.PASSWORD, "ahead", Map.of("cursor", column))) {
            maria.execute(
                "delete from ahead where id > 10",
                "insert into ahead (id, %s) values (11, %s)".formatted(column, value));
            Reading first = source.read("ahead", ReadMode.SNAPSHOT, null);
            maria.execute(
                "insert into ahead (id, %s) values (12, utc_timestamp(6))".formatted(column));
            Reading second = source.read("ahead", ReadMode.CHANGES, first.after());
            assertThat(second.values("id")).as(column).contains(11L, 12L);
            assertThat(source.read("ahead", ReadMode.CHANGES, second.after()).rows())
                .as(column)
                .hasSize(2);
          }
        });
  }

  @Test
  void refusalsAreToldApart() {
    maria.execute("create table if not exists plain (id int primary key)");
    try (Source source = source("wrong", "plain", Map.of())) {
      assertThat(source.connector.check())
          .singleElement()
          .extracting(Finding::message)
          .asString()
          .startsWith(ConnectorErrors.REFUSED_LOGIN.id());
    }
    try (Source source = source(TestMaria.PASSWORD, "plain", Map.of())) {
      assertThat(source.connector.check()).isEmpty();
    }
  }
}
