package ai.ipai.ingest.run;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.connectors.database.DatabaseConnectorType;
import ai.ipai.ingest.definition.ConnectorDefinition;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.Finding;
import ai.ipai.testing.maria.TestMaria;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * MariaDB's changes, from its binary log to bronze; skipped, with the reason, where MariaDB cannot
 * run.
 */
@Tag("REQ-CON-084")
class MariaCapturePostgresTest {
  private static TestMaria maria;
  private IngestFixture platform;

  @BeforeAll
  static void open() {
    maria = TestMaria.logging();
  }

  @AfterAll
  static void close() {
    if (maria != null) {
      maria.close();
    }
  }

  @BeforeEach
  void start() {
    platform = new IngestFixture(Path.of("."), new DatabaseConnectorType());
  }

  @AfterEach
  void stop() {
    platform.close();
  }

  private void apply(Map<String, Map<String, @Nullable Object>> tables) throws SQLException {
    Map<String, @Nullable Object> connection = maria.connection();
    connection.put("page_size", 50L);
    connection.put("log", true);
    List<Map<String, @Nullable Object>> streams = new ArrayList<>();
    tables.forEach(
        (name, options) -> {
          Map<String, @Nullable Object> stream = new HashMap<>(options);
          stream.put("name", name);
          streams.add(stream);
        });
    platform.apply(
        ConnectorDefinition.of(
            "shop", Map.of("type", "database", "connection", connection, "streams", streams)));
  }

  private SyncReport sync() {
    return platform.sync("shop", SyncOptions.of("test"));
  }

  @Test
  void insertsUpdatesDeletesAndNewKeysArriveOnce() throws Exception {
    maria.execute(
        "create or replace table orders (id int primary key, what varchar(40))",
        "insert into orders select seq, concat('thing ', seq) from seq_1_to_120");
    apply(Map.of("orders", Map.of()));
    sync();
    maria.execute(
        "insert into orders values (121, 'new')",
        "update orders set what = 'changed' where id = 1",
        "delete from orders where id = 2",
        "update orders set id = 1003, what = 'moved' where id = 3",
        "begin",
        "insert into orders values (4000, 'a')",
        "update orders set what = 'b' where id = 4000",
        "delete from orders where id = 5",
        "commit",
        "begin",
        "insert into orders values (5000, 'never')",
        "rollback",
        "flush binary logs",
        "insert into orders values (122, 'in the next file')");
    SyncReport report = sync();
    assertThat(
            platform.rows(
                "select id, what, _ipai_op from bronze_shop.orders where _ipai_op <> 'r' order by"
                    + " id"))
        .containsExactly(
            List.of("1", "changed", "u"),
            List.of("2", "thing 2", "d"),
            List.of("3", "thing 3", "d"),
            List.of("5", "thing 5", "d"),
            List.of("121", "new", "i"),
            List.of("122", "in the next file", "i"),
            List.of("1003", "moved", "i"),
            List.of("4000", "b", "i"));
    assertThat(report.streams().getFirst().counts().read()).isEqualTo(9);
    assertThat(sync().streams().getFirst().counts().read()).as("nothing comes twice").isZero();
    maria.execute("truncate table orders", "insert into orders values (7, 'again')");
    sync();
    assertThat(platform.rows("select id, what from bronze_shop.orders where _ipai_op <> 'd'"))
        .containsExactly(List.of("7", "again"));
  }

  @Test
  void everyVersionOfARowIsKept() throws Exception {
    maria.execute(
        "create or replace table items (doc varchar(10), line bigint unsigned, what text, primary"
            + " key (doc, line))",
        "insert into items values ('a', 18446744073709551615, 'v1')");
    apply(Map.of("items", Map.of("mode", "history")));
    sync();
    maria.execute(
        "update items set what = 'v2'",
        "begin",
        "update items set what = 'v3'",
        "update items set what = 'v4'",
        "commit",
        "delete from items",
        "insert into items values ('a', 18446744073709551615, 'v5')");
    sync();
    assertThat(
            platform.rows(
                "select what, _ipai_valid_to is null from bronze_shop.items order by"
                    + " _ipai_valid_from"))
        .containsExactly(
            List.of("v1", "f"),
            List.of("v2", "f"),
            List.of("v3", "f"),
            List.of("v4", "f"),
            List.of("v5", "t"));
  }

  @Test
  void changedValuesAreWhatAQueryGives() throws Exception {
    maria.execute(
        "set sql_mode = ''",
        """
        create or replace table types (
          id int primary key, ti tinyint, tu tinyint unsigned, su smallint unsigned, mi mediumint,
          mu mediumint unsigned, iu int unsigned, flag tinyint(1), bits bit(9), big bigint unsigned,
          small bigint, n decimal(40, 20), f float, d double, t longtext, c char(5),
          l varchar(20) character set latin1, e enum('sad', 'it''s', 'happy'), s set('x', 'y', 'z'),
          raw varbinary(8), fix binary(4), b blob, day date, local datetime(6), short datetime,
          tenth datetime(1), zoned timestamp(6) null, sec timestamp null, clock time, fine time(4), y year,
          j json)
        """);
    apply(Map.of("types", Map.of()));
    sync();
    maria.execute(
        "set sql_mode = ''",
        """
        insert into types values (
          1, -128, 255, 65535, -8388608, 16777215, 4294967295, 2, b'100000001', 18446744073709551615,
          -9223372036854775808, -12345678901234567890.12345678901234567890, 0.1, 0.1, 'né 中 😀', 'ab ',
          'né€', 'it''s', 'x,z', x'00ff', x'01', x'0001', '2024-02-29', '1969-12-31 23:59:59.123456',
          '2024-01-02 03:04:05', '2024-01-02 03:04:05.6', '2024-03-30 20:45:00.000001',
          '2038-01-19 03:14:07', '-25:01:02', '-00:00:01.2345', 2024, '{"a": [1, 2.50]}')
        """,
        "insert into types (id, day, local, short, zoned, sec, clock, fine, y) values (2,"
            + " '0000-00-00', '2024-00-00', '0000-00-00 00:00:00', 0, 0, '838:59:59', '-838:59:59',"
            + " 0)",
        "insert into types (id) values (3)");
    assertThat(sync().streams().getFirst().counts().read()).isEqualTo(3);
    String columns =
        "id,ti,tu,su,mi,mu,iu,flag,bits,big,small,n,f,d,t,c,l,e,s,raw,fix,b,day,local,short,tenth,zoned,sec,clock,fine,y,j,_ipai_rescued::text";
    String bronze = "select " + columns + " from bronze_shop.types order by id";
    List<List<@Nullable String>> logged = platform.rows(bronze);
    platform.sync("shop", SyncOptions.of("test").withFullRefresh());
    assertThat(logged).as("the log gives what a query gives").isEqualTo(platform.rows(bronze));
    assertThat(logged.getFirst()).contains("18446744073709551615", "né 中 😀", "né€", "it's", "x,z");
    assertThat(logged.get(1).getLast()).as("zero dates are not lost").contains("0000-00-00");
  }

  @Test
  void alteredTablesFlowOn() throws Exception {
    maria.execute(
        "create or replace table changing (id int primary key, what varchar(40), note text)",
        "insert into changing values (1, 'a', 'n'), (2, 'b', 'n'), (3, 'c', 'n')");
    apply(Map.of("changing", Map.of()));
    sync();
    maria.execute(
        "update changing set what = 'before' where id = 1",
        "alter table changing add column amount decimal(10, 2) default 5 first",
        "update changing set amount = 7.25 where id = 2",
        "alter table changing drop column note",
        "insert into changing values (1.5, 900, 'late')");
    SyncReport report = sync();
    assertThat(platform.rows("select id, what, amount from bronze_shop.changing order by id"))
        .containsExactly(
            List.of("1", "before", "5.00"),
            List.of("2", "b", "7.25"),
            List.of("3", "c", "5.00"),
            List.of("900", "late", "1.50"));
    assertThat(report.status()).isEqualTo(RunStatus.SUCCEEDED);
  }

  @Test
  void aTableWhoseColumnsTheLogDoesNotTellIsReadWhole() throws Exception {
    maria.execute(
        "create or replace table plain (id int primary key, a int, b int)",
        "insert into plain values (1, 10, 20)",
        "set global binlog_row_metadata = 'NO_LOG'");
    try {
      apply(Map.of("plain", Map.of()));
      sync();
      maria.execute(
          "insert into plain values (2, 11, 21)",
          "alter table plain modify column b int after id",
          "insert into plain values (3, 22, 12)",
          "delete from plain where id = 1");
      SyncReport report = sync();
      assertThat(report.status()).isEqualTo(RunStatus.SUCCEEDED);
      assertThat(
              platform.value("select error_code from ipai.stream_run where error_code is not null"))
          .isEqualTo(ConnectorErrors.LOG_LOST.id());
      assertThat(platform.rows("select id, a, b, _ipai_op from bronze_shop.plain order by id"))
          .containsExactly(
              List.of("1", "10", "20", "d"),
              List.of("2", "11", "21", "r"),
              List.of("3", "12", "22", "r"));
      maria.execute("insert into plain values (4, 23, 13)");
      assertThat(sync().streams().getFirst().counts().read()).isEqualTo(1);
    } finally {
      maria.execute("set global binlog_row_metadata = 'FULL'");
    }
  }

  @Test
  void aPurgedLogIsSaidAndTheTableIsReadWholeAndCompared() throws Exception {
    maria.execute(
        "create or replace table kept (id int primary key, what varchar(40))",
        "insert into kept values (1, 'a'), (2, 'b')");
    apply(Map.of("kept", Map.of()));
    sync();
    maria.execute("delete from kept where id = 1", "flush binary logs");
    String last = String.valueOf(maria.rows("show master status").getFirst().getFirst());
    maria.execute("set global slave_connections_needed_for_purge = 0");
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    // A file goes once the engine has written down what is in it.
    while (!last.equals(maria.rows("show binary logs").getFirst().getFirst())
        && System.nanoTime() < deadline) {
      maria.execute("flush binary logs", "purge binary logs to '" + last + "'");
    }
    assertThat(maria.rows("show binary logs").getFirst().getFirst()).isEqualTo(last);
    SyncReport report = sync();
    assertThat(report.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(platform.rows("select id, _ipai_op from bronze_shop.kept order by id"))
        .containsExactly(List.of("1", "d"), List.of("2", "r"));
    assertThat(
            platform.value("select error_code from ipai.stream_run where error_code is not null"))
        .isEqualTo(ConnectorErrors.LOG_LOST.id());
  }

  @Test
  void whatIsMissingOnTheServerIsSaidWithItsCure() throws Exception {
    maria.execute("create or replace table checked (id int primary key, u uuid)");
    maria.execute("create or replace table fine (id int primary key)");
    apply(Map.of("fine", Map.of()));
    assertThat(platform.runner.check("shop")).isEmpty();
    maria.execute(
        "revoke replication slave on *.* from reader@localhost",
        "set global binlog_format = 'MIXED'",
        "set global binlog_row_image = 'MINIMAL'");
    apply(Map.of("fine", Map.of(), "checked", Map.of()));
    try {
      assertThat(platform.runner.check("shop"))
          .extracting(Finding::message)
          .anyMatch(message -> message.contains("may not read the log"))
          .anyMatch(message -> message.contains("binlog_format is not ROW"))
          .anyMatch(message -> message.contains("binlog_row_image is not FULL"))
          .anyMatch(message -> message.contains("checked has 1 columns"));
    } finally {
      maria.execute(
          "grant replication slave on *.* to reader@localhost",
          "set global binlog_format = 'ROW'",
          "set global binlog_row_image = 'FULL'");
    }
  }
}
