package ai.ipai.gateway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.spi.error.IpaiException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("REQ-SERVER-008")
class OneQueryTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "select 1",
        "select 1;",
        "select * from gold_finance.trial_balance where month >= date '2026-01-01' order by 1 limit 5",
        "with a as (select 1 as x) select x, count(*) over () from a",
        "values (1, 'a'), (2, 'b')",
        "select 'a;b', $$c;d$$",
        "(select 1) union all (select 2)",
        "select 'pg_sleep(1)', $t$set_config('a', 'b', true)$t$ -- pg_read_file('x')",
        "/* pg_sleep(1) ; */ select e'a\\tb; pg_sleep(1)' as \"pg\"",
        "select auth.uid(), pg_catalog.lower('A'), pg_typeof(1), count(*) from t where a in (1, 2)",
        "with a (x, y) as (values (1, 2)) select * from a as b (c, d)",
        "select '''''', 'a''b', n'x'",
        "select a::text, b->>'c' from t where d ~ 'x' and e @> '{}'::jsonb"
      })
  void oneQueryIsRun(String sql) {
    assertThat(OneQuery.parse(sql).text()).doesNotEndWith(";");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ";",
        "select 1; select 2",
        "select 1; drop table t",
        "reset role",
        "set role ipai_owner",
        "set request.jwt.claims = '{}'",
        "begin",
        "commit",
        "do $$ begin end $$",
        "copy t to stdout",
        "copy (select 1) to program 'id'",
        "insert into t values (1)",
        "update t set a = 1",
        "delete from t",
        "truncate t",
        "create table t (a int)",
        "explain select 1",
        "explain analyze select 1",
        "select set_config('request.jwt.claims', '{}', true)",
        "select pg_catalog.set_config('role', 'ipai_owner', false)",
        "select \"set_config\"('a.b', 'c', true)",
        "select pg_sleep(60)",
        "select pg_sleep/**/(60)",
        "select pg_sleep -- x\n (60)",
        "select pg_catalog . \"pg_sleep\" /* /* */ */ (60)",
        "select set_config/**/('statement_timeout', '0', true)",
        "select pg_terminate_backend/**/(5)",
        "select query_to_xml/**/('select query from pg_'||'stat_activity', true, true, '')",
        "select xmlserialize(content query_to_xml('select 1', true, true, '') as text)",
        "select * from ts_stat('select to_tsvector(query) from pg_'||'stat_activity')",
        "select ts_rewrite('a'::tsquery, 'select 1')",
        "select * from pg_lock_status()",
        "select pg_database_size('postgres')",
        "select pg_logical_emit_message(true, 'a', 'b')",
        "select e'a'\n'\\'', pg_sleep(9) --'",
        "select 'a' 'b'",
        "select u&'\\0061'",
        "select extensions.dblink('host=127.0.0.1', 'select 1')",
        "select net.http_get('http://169.254.169.254')",
        "select 'x",
        "select /* 1",
        "select \"x",
        "select $a$ x",
        "select * from a order by pg_sleep(1)",
        "select * from a limit (select setval('s', 1))",
        "select nextval('s')",
        "select pg_read_file('/etc/passwd')",
        "select lo_import('/etc/passwd')",
        "select query_to_xml('select 1', true, true, '')",
        "select pg_terminate_backend(1)",
        "select query from pg_stat_activity",
        "select * from pg_catalog.pg_stat_get_activity(null)",
        "select most_common_vals from pg_stats",
        "select reltuples from pg_catalog.pg_class",
        "select * from \"pg_class\" c",
        "select pg_total_relation_size('gold_finance.profit')",
        "select query from u&\"pg_stat\\005factivity\"",
        "select pg_export_snapshot(), pg_notify('a', 'b')",
        "select * from t for update; commit",
        "select lo_get(1)",
        "select dblink('host=127.0.0.1', 'select 1')",
        "explain (analyze, verbose) select 1",
        "table t; explain select 1",
        "prepare p as select 1",
        "execute p",
        "declare c cursor for select 1",
        "fetch all from c",
        "call p()",
        "set session authorization ipai_server",
        "discard all",
        "load 'x'",
        "notify x",
        "lock table t",
        "listen x",
        "vacuum"
      })
  void anythingElseIsRefusedBeforeTheDatabaseSeesIt(String sql) {
    assertThatThrownBy(() -> OneQuery.parse(sql))
        .isInstanceOfSatisfying(
            IpaiException.class, e -> assertThat(e.code()).isEqualTo(GatewayErrors.SQL_REFUSED));
  }
}
