package ai.ipai.ingest.run;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.Finding;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** PostgreSQL's changes, from its log to bronze. */
@Tag("REQ-CON-084")
class ChangeCapturePostgresTest {
  private static LoggedShop shop;
  private IngestFixture platform;

  @BeforeAll
  static void open() {
    shop = new LoggedShop();
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @BeforeEach
  void start() {
    platform = LoggedShop.platform();
  }

  @AfterEach
  void stop() {
    platform.close();
    shop.clear();
  }

  private SyncReport sync() {
    return platform.sync("shop", SyncOptions.of("test"));
  }

  private void orders(String mode) throws Exception {
    shop.execute(
        "create table orders (id int primary key, what text, note text)",
        "insert into orders select n, 'thing ' || n, repeat('x', 10) from generate_series(1, 120)"
            + " n",
        "create publication ipai_shop for table orders");
    platform.apply(shop.definition(Map.of(), Map.of("orders", Map.of("mode", mode))));
  }

  @Test
  void insertsUpdatesDeletesAndNewKeysArriveOnce() throws Exception {
    orders("cdc");
    sync();
    assertThat(
            platform.value("select count(*) || _ipai_op from bronze_shop.orders group by _ipai_op"))
        .isEqualTo("120r");
    shop.execute(
        "insert into orders values (121, 'new', null)",
        "update orders set what = 'changed' where id = 1",
        "delete from orders where id = 2",
        "update orders set id = 1003, what = 'moved' where id = 3",
        "begin; insert into orders values (500, 'never', null); rollback",
        "begin; insert into orders values (4000, 'a', null); update orders set what = 'b' where id"
            + " = 4000; delete from orders where id = 5; commit");
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
            List.of("1003", "moved", "i"),
            List.of("4000", "b", "i"));
    assertThat(report.streams().getFirst().counts().read()).isEqualTo(8);
    assertThat(sync().streams().getFirst().counts().read()).as("nothing comes twice").isZero();
  }

  @Test
  void anEmptiedTableIsMarkedAsDeleted() throws Exception {
    orders("cdc");
    sync();
    shop.execute("truncate orders", "insert into orders values (7, 'again', 'y')");
    sync();
    assertThat(
            platform.rows(
                "select _ipai_op, count(*) from bronze_shop.orders group by 1 order by 1"))
        .containsExactly(List.of("d", "119"), List.of("u", "1"));
  }

  @Test
  void everyVersionOfARowIsKept() throws Exception {
    orders("history");
    sync();
    shop.execute(
        "update orders set what = 'v2' where id = 1",
        "update orders set what = 'v3' where id = 1",
        "begin; update orders set what = 'v4' where id = 1; update orders set what = 'v5' where id"
            + " = 1; commit",
        "delete from orders where id = 1",
        "insert into orders values (1, 'v6', null)");
    sync();
    assertThat(
            platform.rows(
                """
                select what, _ipai_op, _ipai_valid_to is null,
                  _ipai_valid_from = lag(_ipai_valid_to) over (order by _ipai_valid_from)
                from bronze_shop.orders where id = 1 order by _ipai_valid_from
                """))
        .extracting(row -> row.getFirst() + row.get(1) + row.get(2))
        .containsExactly("thing 1rf", "v2if", "v3if", "v4if", "v5df", "v6it");
    assertThat(sync().streams().getFirst().counts().read()).isZero();
  }

  @Test
  void whatTheLogLeavesOutIsKept() throws Exception {
    shop.execute(
        "create table documents (id int primary key, name text, body text, length int generated"
            + " always as (octet_length(name)) stored)",
        "alter table documents alter body set storage external",
        "insert into documents values (1, 'a', repeat('one', 5000)), (2, 'b', repeat('two', 5000)),"
            + " (3, 'c', repeat('three', 5000))",
        "create publication ipai_shop for table documents");
    platform.apply(shop.definition(Map.of(), Map.of("documents", Map.of())));
    sync();
    shop.execute(
        "update documents set name = 'a2' where id = 1",
        "update documents set id = 20, name = 'b2' where id = 2",
        "update documents set body = repeat('four', 5000) where id = 3",
        "update documents set name = 'c2' where id = 3",
        "insert into documents values (4, 'd', repeat('five', 5000))",
        "update documents set name = 'd2' where id = 4");
    sync();
    assertThat(platform.runner.check("shop"))
        .extracting(Finding::message)
        .containsExactly(
            "documents has columns that the log does not tell, as the server computes them:"
                + " length");
    String all = "select id, name, md5(body) from %s order by id";
    assertThat(platform.rows(all.formatted("bronze_shop.documents where _ipai_op <> 'd'")))
        .isEqualTo(shop.rows(all.formatted("documents")));
  }

  @Test
  void changedValuesAreWhatAQueryGives() throws Exception {
    shop.execute(
        """
        create domain euro as numeric(12, 2);
        create type mood as enum ('sad', 'happy');
        create type pair as (a int, b text);
        create table types (
          id int primary key, b boolean, s smallint, l bigint, n numeric, e euro, r real,
          d double precision, t text, c char(4), u uuid, j json, jb jsonb, a int[], ta text[],
          za timestamptz[], p pair, y bytea, day date, local timestamp, zoned timestamptz, clock timetz,
          m mood, i interval, ip inet, net cidr, mac macaddr, bits bit(5), vb varbit, x xml, g int4range,
          o oid, money money, v tsvector)
        """,
        "create publication ipai_shop for table types");
    platform.apply(shop.definition(Map.of(), Map.of("types", Map.of())));
    sync();
    shop.execute(
        """
        set time zone 'Asia/Kathmandu';
        insert into types values (
          1, true, -3, 9223372036854775807, 12345678901234567890.123456789012345678901, 0.10, 0.1, 0.1,
          E'tab\\tné 中 😀 "q"', 'ab', 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6', '{"a":  [1, 2.50]}',
          '{"a": [1, 2.50]}', '{{1,null},{3,4}}', E'{"a,b",null,"q\\\\"uote"}',
          '{2024-03-31 02:30:00.000001+05:45}', '(1,"x, y")', '\\x00ff', '2024-02-29',
          '1969-12-31 23:59:59.123456', '2024-03-31 02:30:00.000001+05:45', '10:00:00+02', 'happy',
          '1 mon 2 days 03:04:05', '10.0.0.1', '10.0.0.0/8', '08:00:2b:01:02:03', b'10110', b'1',
          '<a>1</a>', '[1,5)', 4294967295, 12.34, 'a fat cat');
        insert into types (id, n, day, local, zoned, d, r, ip) values
          (2, 'NaN', 'infinity', '-infinity', 'infinity', 'NaN', '-Infinity', '::1'),
          (3, '-Infinity', '0044-03-15 BC', '0044-03-15 10:00:00 BC', '0044-03-15 10:00:00+00 BC', '1e-300',
            1.17549435e-38, '10.0.0.1/8'),
          (4, null, null, null, null, null, null, null);
        """);
    assertThat(sync().streams().getFirst().counts().read()).isEqualTo(4);
    List<String> names =
        List.of(
            "id,b,s,l,n,e,r,d,t,c,u,j,jb,a,ta,za,p,y,day,local,zoned,clock,m,i,ip,net,mac,bits,vb,x,g,o,money,v,_ipai_rescued"
                .split(","));
    String columns = String.join(", ", names.stream().map(name -> name + "::text").toList());
    String bronze = "select " + columns + " from bronze_shop.types order by id";
    List<List<@Nullable String>> logged = platform.rows(bronze);
    assertThat(logged).hasSize(4);
    platform.sync("shop", SyncOptions.of("test").withFullRefresh());
    assertThat(logged).as("the log gives what a query gives").isEqualTo(platform.rows(bronze));
    assertThat(logged.getFirst().get(names.indexOf("a"))).isEqualTo("[[1, null], [3, 4]]");
    assertThat(logged.getFirst().get(names.indexOf("n")))
        .isEqualTo("12345678901234567890.123456789012345678901");
    assertThat(logged.get(2).getLast()).as("what is no date is not lost").contains("0044-03-15 BC");
  }

  @Test
  void alteredTablesFlowOn() throws Exception {
    orders("cdc");
    sync();
    shop.execute(
        "update orders set what = 'before' where id = 1",
        "alter table orders add column amount numeric(10, 2) default 5",
        "update orders set amount = 7.25 where id = 2",
        "alter table orders rename column note to remark",
        "insert into orders values (900, 'late', 'r', 1.5)",
        "alter table orders alter what type varchar(100), drop column remark");
    sync();
    assertThat(
            platform.rows(
                "select id, what, amount, remark from bronze_shop.orders where id in (1, 2, 3, 900)"
                    + " order by id"))
        .extracting(row -> row.get(0) + " " + row.get(1) + " " + row.get(2))
        .containsExactly("1 before 5.00", "2 thing 2 7.25", "3 thing 3 5.00", "900 late 1.50");
    shop.execute("insert into orders values (901, 'after', 2)");
    assertThat(sync().streams().getFirst().counts().inserted()).isEqualTo(1);
  }

  @Test
  void anIdleTableHoldsNoLog() throws Exception {
    orders("cdc");
    shop.execute("create table busy (n int)");
    sync();
    String before = shop.value("select confirmed_flush_lsn from pg_replication_slots");
    shop.execute("insert into busy select generate_series(1, 1000)");
    String end = shop.value("select pg_current_wal_lsn()");
    sync();
    assertThat(
            shop.value(
                "select confirmed_flush_lsn >= '%s' and confirmed_flush_lsn > '%s' from pg_replication_slots"
                    .formatted(end, before)))
        .isEqualTo("t");
  }

  @Test
  void aStreamThatHoldsTooMuchIsReadWholeAndTheOthersAreNot() throws Exception {
    shop.execute(
        "create table a (id int primary key, t text)",
        "create table b (id int primary key, t text)",
        "insert into a values (1, 'x'), (2, 'x')",
        "insert into b values (1, 'x')",
        "create publication ipai_shop for table a, b");
    platform.apply(shop.definition(Map.of("most", "1MB"), Map.of("a", Map.of(), "b", Map.of())));
    sync();
    shop.execute("delete from a where id = 1", "insert into b values (2, 'y')");
    platform.sync("shop", SyncOptions.of("test").withStreams(java.util.Set.of("b")));
    shop.execute(
        "insert into b select n, repeat(md5(n::text), 20) from generate_series(3, 4000) n");
    platform.sync("shop", SyncOptions.of("test").withStreams(java.util.Set.of("b")));
    assertThat(
            shop.value(
                "select pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn) < 1000000 from"
                    + " pg_replication_slots"))
        .as("the slot was not held back by the stream that nobody reads")
        .isEqualTo("t");
    SyncReport report = sync();
    assertThat(report.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(platform.rows("select id, _ipai_op from bronze_shop.a order by id"))
        .containsExactly(List.of("1", "d"), List.of("2", "r"));
    assertThat(
            platform.rows(
                "select stream, error_code from ipai.stream_run where error_code is not null"))
        .containsExactly(List.of("a", ConnectorErrors.LOG_LOST.id()));
  }

  @Test
  void aLostSlotIsSaidAndTheTableIsReadWholeAndCompared() throws Exception {
    orders("history");
    sync();
    shop.execute(
        "select pg_drop_replication_slot('ipai_shop')",
        "delete from orders where id = 1",
        "update orders set what = 'unseen' where id = 2");
    SyncReport report = sync();
    assertThat(report.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(
            platform.rows(
                "select id, what, _ipai_op from bronze_shop.orders where id in (1, 2, 3) order by"
                    + " id, _ipai_valid_from"))
        .containsExactly(
            List.of("1", "thing 1", "d"),
            List.of("2", "thing 2", "r"),
            List.of("2", "unseen", "r"),
            List.of("3", "thing 3", "r"));
    assertThat(
            platform.value("select error_code from ipai.stream_run where error_code is not null"))
        .isEqualTo(ConnectorErrors.LOG_LOST.id());
    assertThat(platform.audited).anyMatch(entry -> entry.action().equals("stream.log_lost"));
    shop.execute("update orders set what = 'seen' where id = 2");
    assertThat(sync().streams().getFirst().counts().read()).isEqualTo(1);
  }

  @Test
  @Tag("REQ-CON-163")
  void whatTheSlotKeepsIsTold() throws Exception {
    orders("cdc");
    assertThat(platform.runner.heldLog("shop")).isEmpty();
    sync();
    shop.execute(
        "insert into orders select n, repeat('y', 900), null from generate_series(1000, 3000) n");
    assertThat(platform.runner.heldLog("shop"))
        .hasValueSatisfying(
            held -> {
              assertThat(held.name()).isEqualTo("ipai_shop");
              assertThat(held.isActive()).isFalse();
              assertThat(held.isLost()).isFalse();
              assertThat(held.mostBytes()).isEqualTo(10L << 30);
              assertThat(held.lagBytes()).isGreaterThan(1_000_000);
              assertThat(held.heldBytes()).isGreaterThanOrEqualTo(held.lagBytes());
            });
    sync();
    assertThat(platform.runner.heldLog("shop"))
        .hasValueSatisfying(held -> assertThat(held.lagBytes()).isLessThan(1_000_000));
  }

  @Test
  void theSlotIsLetGoOnlyOnPurpose() throws Exception {
    orders("cdc");
    sync();
    assertThat(shop.value("select count(*) from pg_replication_slots")).isEqualTo("1");
    assertThat(platform.runner.release("shop", "test")).isEqualTo("replication slot ipai_shop");
    assertThat(shop.value("select count(*) from pg_replication_slots")).isEqualTo("0");
    assertThat(platform.runner.release("shop", "test")).isEmpty();
  }

  @Test
  void whatIsMissingOnTheServerIsSaidWithItsCure() throws Exception {
    shop.execute(
        "alter role reader noreplication",
        "create table keyed (id int primary key)",
        "create table other (id int not null unique, t text)");
    platform.apply(shop.definition(Map.of(), Map.of("keyed", Map.of(), "other", Map.of())));
    assertThat(platform.runner.check("shop"))
        .extracting(Finding::hint)
        .anyMatch(hint -> hint.contains("alter role \"reader\" replication"))
        .anyMatch(
            hint ->
                hint.contains("create publication \"ipai_shop\" for table \"public\".\"keyed\""))
        .anyMatch(hint -> hint.contains("alter table \"public\".\"other\" replica identity full"));
    shop.execute(
        "alter role reader replication",
        "create publication ipai_shop for table keyed, other",
        "alter table other replica identity full");
    assertThat(platform.runner.check("shop")).isEmpty();
    shop.execute("alter publication ipai_shop drop table other");
    assertThat(platform.runner.check("shop"))
        .extracting(Finding::hint)
        .containsExactly(
            "as its owner: alter publication \"ipai_shop\" add table \"public\".\"other\"");
    shop.execute(
        "alter publication ipai_shop add table other",
        "alter system set max_slot_wal_keep_size = -1",
        "select pg_reload_conf()");
    assertThat(platform.runner.check("shop"))
        .extracting(Finding::severity)
        .containsExactly(Finding.Severity.WARNING);
  }
}
