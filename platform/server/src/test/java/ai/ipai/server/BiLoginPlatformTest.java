package ai.ipai.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.gateway.auth.AccountStore;
import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.server.BiLogins.Granted;
import ai.ipai.server.BiLogins.Wanted;
import ai.ipai.spi.error.IpaiException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tools that connect to PostgreSQL themselves, on a login that is one person or one role. */
class BiLoginPlatformTest extends SmallCompany {
  private static final String COMPANIES =
      "select string_agg(distinct company_id::text, ',' order by company_id::text) from gold_finance.profit";

  private static BiLogins logins() {
    Installation installation = platform.installation();
    return new BiLogins(
        installation.requireOwner(),
        installation.auditReads(),
        new AccountStore(installation.control()));
  }

  private static DatabaseUrl grant(String who, String name, Map<String, Object> claims)
      throws SQLException {
    return logins().grant(new Wanted(who, name, claims, 0), "user:test");
  }

  private static String text(DatabaseUrl url, String sql) throws SQLException {
    try (Connection connection = PostgresClient.open(url, "bi tool")) {
      return text(connection, sql);
    }
  }

  private static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? String.valueOf(row.getString(1)) : "";
    }
  }

  private static String owner(String sql) throws SQLException {
    return text(platform.installation().requireOwner(), sql);
  }

  private static void ownerDoes(String sql) throws SQLException {
    try (Connection owner = PostgresClient.open(platform.installation().requireOwner(), "test");
        Statement statement = owner.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  @Tag("REQ-SQL-007")
  void aPersonsLoginSeesWhatThePersonSeesAndARolesWhatItsClaimsSay() throws Exception {
    assertThat(text(grant("bruno@example.com", "", Map.of()), COMPANIES)).isEqualTo("1,2");
    assertThat(text(grant("phil@example.com", "", Map.of()), COMPANIES)).isEqualTo("3");
    assertThat(
            text(
                grant("ipai_bi_developer", "superset", Map.of("company_ids", List.of(2))),
                COMPANIES))
        .isEqualTo("2");
    assertThat(text(grant("ipai_bi_developer", "bare", Map.of()), COMPANIES)).isEqualTo("null");
    DatabaseUrl operator = grant("ipai_operator", "", Map.of());
    assertThatThrownBy(() -> text(operator, COMPANIES)).hasMessageContaining("permission denied");
  }

  @Test
  @Tag("REQ-SQL-007")
  void psqlConnectsWithWhatIsPrinted() throws Exception {
    Path psql = Path.of("/usr/bin/psql");
    Assumptions.assumeTrue(Files.isExecutable(psql), "no psql on this machine");
    DatabaseUrl url = grant("bruno@example.com", "by_psql", Map.of());
    Process process =
        new ProcessBuilder(
                psql.toString(),
                url.revealed(),
                "-XAtc",
                COMPANIES,
                "-c",
                "show transaction_read_only")
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(output.lines()).containsExactly("1,2", "on");
  }

  @Test
  @Tag("REQ-SQL-008")
  void thePasswordIsNowhereAndADifferentOneEachTime() throws Exception {
    DatabaseUrl first = grant("bruno@example.com", "secretive", Map.of());
    String password = String.valueOf(first.password());
    DatabaseUrl superuser = RunningPlatform.superuser(dataDir, platform);
    assertThat(
            text(
                superuser,
                "select left(rolpassword, 14) from pg_authid where rolname = 'ipai_bi_secretive'"))
        .isEqualTo("SCRAM-SHA-256$");
    for (String table : List.of("ipai.login_principal", "ipai.audit_log", "pg_db_role_setting")) {
      assertThat(
              owner("select count(*) from " + table + " t where t::text like '%" + password + "%'"))
          .as(table)
          .isEqualTo("0");
    }
    assertThat(
            owner(
                "select string_agg(action || ' ' || object, ',') from ipai.audit_log where object = 'ipai_bi_secretive'"))
        .isEqualTo("login.grant ipai_bi_secretive");
    DatabaseUrl second = grant("bruno@example.com", "secretive", Map.of());
    assertThat(text(second, COMPANIES)).isEqualTo("1,2");
    assertThatThrownBy(() -> text(first, COMPANIES)).isInstanceOf(IpaiException.class);
    assertThatThrownBy(() -> grant("ipai_auditor", "x; drop role", Map.of()))
        .isInstanceOf(IpaiException.class);
  }

  @Test
  @Tag("REQ-SQL-009")
  void whoIsBannedOrLosesARoleSeesNothingFromTheNextStatementOn() throws Exception {
    DatabaseUrl url = grant("guessed@example.com", "leaver", Map.of());
    ownerDoes(
        "set role ipai_owner; update auth.users set raw_app_meta_data = raw_app_meta_data || '{\"company_ids\":[1]}' where email = 'guessed@example.com'");
    try (Connection open = PostgresClient.open(url, "bi tool")) {
      assertThat(text(open, COMPANIES)).isEqualTo("1");
      ownerDoes(
          "set role ipai_owner; update auth.users set raw_app_meta_data = jsonb_set(raw_app_meta_data, '{ipai_roles}', '[\"ipai_operator\"]') where email = 'guessed@example.com'");
      assertThat(text(open, COMPANIES)).isEqualTo("null");
      ownerDoes(
          "set role ipai_owner; update auth.users set raw_app_meta_data = jsonb_set(raw_app_meta_data, '{ipai_roles}', '[\"ipai_auditor\"]'), banned_until = now() + interval '1 day' where email = 'guessed@example.com'");
      assertThat(text(open, COMPANIES)).isEqualTo("null");
      ownerDoes(
          "set role ipai_owner; update auth.users set banned_until = null where email = 'guessed@example.com'");
      assertThat(text(open, COMPANIES)).isEqualTo("1");
    }
  }

  @Test
  @Tag("REQ-SQL-009")
  void aRevokedLoginEndsWithItsSessions() throws Exception {
    DatabaseUrl url = grant("ipai_bi_developer", "gone", Map.of("company_ids", List.of(1)));
    assertThat(logins().list()).extracting(Granted::login).contains("ipai_bi_gone");
    try (Connection open = PostgresClient.open(url, "bi tool")) {
      assertThat(text(open, COMPANIES)).isEqualTo("1");
      logins().revoke("gone", "user:test");
      assertThatThrownBy(() -> text(open, COMPANIES)).isInstanceOf(SQLException.class);
    }
    assertThatThrownBy(() -> text(url, COMPANIES)).isInstanceOf(IpaiException.class);
    assertThat(owner("select count(*) from pg_roles where rolname = 'ipai_bi_gone'"))
        .isEqualTo("0");
    assertThat(logins().list()).extracting(Granted::login).doesNotContain("ipai_bi_gone");
    assertThatThrownBy(() -> logins().revoke("ipai_sql_auditor", "user:test"))
        .isInstanceOf(IpaiException.class);
  }

  /** On a raw session, in several statements, with writes where the tool asks for them. */
  @ParameterizedTest
  @Tag("REQ-SQL-010")
  @ValueSource(
      strings = {
        "select set_config('request.jwt.claims', '{\"role\":\"authenticated\",\"company_ids\":[3]}', false)",
        "set request.jwt.claims = '{\"role\":\"service_role\",\"company_ids\":[3]}'",
        "with c as materialized (select set_config('request.jwt.claims', '{\"company_ids\":[3]}', true)) select p.* from c, gold_finance.profit p",
        "do $$ begin perform set_config('request.jwt.claims', '{\"company_ids\":[3]}', true); raise exception '%', (select string_agg(currency, ',') from gold_finance.profit); end $$",
        "set role ipai_bi_developer",
        "set role ipai_platform_admin",
        "set role ipai_publisher",
        "set role ipai_owner",
        "set role service_role",
        "set session authorization ipai_publisher",
        "reset role; reset session authorization; reset all",
        "select set_config('role', 'ipai_control', false)",
        "set row_security = off",
        "begin read write; insert into ipai.login_principal (login, claims) values (session_user, '{}')",
        "begin read write; update ipai.login_principal set claims = '{\"company_ids\":[3]}'",
        "begin read write; insert into ipai.session_claims (pid, login, transaction_at, claims) values (pg_backend_pid(), session_user, now(), '{\"role\":\"authenticated\"}')",
        "begin read write; create temp table claims as select 3 as company_id",
        "begin read write; create schema mine",
        "begin read write; create function public.claims() returns jsonb language sql as $$ select '{\"company_ids\":[3]}'::jsonb $$",
        "begin read write; create function pg_temp.leak(text) returns boolean language plpgsql cost 0.0000001 as $$ begin raise notice '%', $1; return true; end $$; select * from gold_finance.profit where pg_temp.leak(currency)",
        "begin read write; alter role current_user superuser",
        "begin read write; grant ipai_publisher to current_user",
        "begin read write; alter table gold_finance.profit disable row level security",
        "begin read write; drop policy ipai_select on gold_finance.profit",
        "begin read write; truncate gold_finance.profit",
        "begin read write; insert into gold_finance.profit values (3, 'PHP', now(), 1)",
        "begin read write; select lo_create(4711)",
        "begin read write; select lo_from_bytea(0, 'x')",
        "select lo_import('/etc/passwd')",
        "copy gold_finance.profit to program 'cat'",
        "copy (select 1) to '/tmp/ipai-stolen'",
        "select pg_read_file('postgresql.conf')",
        "select pg_ls_dir('.')",
        "select pg_sleep(30)",
        "select * from dblink('dbname=postgres', 'select 1') as t (a int)",
        "create extension dblink",
        "select explained from (select 1) e (explained); explain analyze select * from gold_finance.profit where company_id = 3",
        "explain (analyze, verbose) select currency from gold_finance.profit",
        "select most_common_vals::text from pg_stats where schemaname = 'gold_finance'",
        "select stavalues1 from pg_statistic",
        "select query from pg_stat_activity where usename <> session_user and query <> '<insufficient privilege>'",
        "select rolpassword from pg_authid",
        "select passwd from pg_shadow",
        "select claims from ipai.login_principal",
        "select claims from ipai.session_claims",
        "select query_to_xml('select currency from gold_finance.profit', true, true, '')",
        "select ts_stat('select to_tsvector(currency) from gold_finance.profit')",
        "select currency::int from gold_finance.profit where company_id = 3",
        "select 1 / (company_id - 3) from gold_finance.profit",
        "select 1 / (case currency when 'PHP' then 0 else 1 end) from gold_finance.profit",
        "prepare stolen as select currency from gold_finance.profit where company_id = 3; execute stolen",
        "begin; declare c cursor with hold for select currency from gold_finance.profit where company_id = 3; commit; fetch all from c",
        "select ipai.claims() from gold_finance.profit where company_id = 3",
        "select pg_terminate_backend(pid) from pg_stat_activity where usename like 'ipai_server'",
        "select pg_reload_conf()",
        "alter system set log_statement = 'all'",
        "load 'plpgsql'",
        "lock table gold_finance.profit in access exclusive mode"
      })
  void nothingOnARawSessionLeadsOutOfItsLogin(String attack) throws Exception {
    ownerDoes("set role ipai_publisher; analyze gold_finance.profit");
    DatabaseUrl url = grant("bruno@example.com", "attacker", Map.of());
    try (Connection session = PostgresClient.open(url, "bi tool")) {
      List<String> seen = tried(session, attack);
      assertThat(seen).noneMatch(text -> text.contains("PHP"));
      assertThat(seen).noneMatch(text -> text.contains("root:"));
      assertThat(text(session, COMPANIES)).as("the same session").isEqualTo("1,2");
    }
    assertThat(text(url, COMPANIES)).as("the next session").isEqualTo("1,2");
    assertThat(owner("select count(*) from pg_largeobject_metadata")).isEqualTo("0");
    assertThat(
            text(
                grant("alma@example.com", "whole", Map.of()),
                "select count(*) from gold_finance.profit"))
        .isEqualTo("12");
  }

  /** As on a host whose installer is no superuser: what everybody may execute stays so. */
  @Test
  @Tag("REQ-SQL-011")
  void identityHoldsWhereTheHostLeavesItsFunctionsToEverybody() throws Exception {
    DatabaseUrl superuser = RunningPlatform.superuser(dataDir, platform);
    DatabaseUrl url = grant("bruno@example.com", "elsewhere", Map.of());
    as(superuser, LEFT_TO_ALL.formatted("grant", "to"));
    try {
      for (String attack :
          List.of(
              "create temp table profit as select 3 as company_id, 'mine' as currency; set search_path = pg_temp, gold_finance",
              "create function pg_temp.has_any_role(text[]) returns boolean language sql as 'select true'; set search_path = pg_temp, ipai, public",
              "create function pg_temp.claim_ints(text) returns bigint[] language sql as 'select array[3]::bigint[]'; set search_path = pg_temp, ipai",
              "create function pg_temp.leak(text) returns boolean language plpgsql cost 0.0000001 as $$ begin raise notice '%', $1; return true; end $$; select company_id from gold_finance.profit where pg_temp.leak(currency)",
              "create function pg_temp.leak(int) returns boolean language plpgsql cost 0.0000001 as $$ begin if $1 = 3 then raise exception 'P%', 'HP'; end if; return true; end $$; select 1 from gold_finance.profit where pg_temp.leak(company_id)",
              "create operator pg_temp.= (leftarg = int, rightarg = int, function = pg_catalog.int4ne); set search_path = pg_temp, pg_catalog",
              "select lo_from_bytea(4712, 'x')",
              "select query_to_xml('select set_config(''request.jwt.claims'', ''{\"company_ids\":[3]}'', false), p.* from gold_finance.profit p', true, true, '')",
              "select * from ts_stat('select to_tsvector(currency) from gold_finance.profit')",
              "select pg_sleep(0.01), currency from gold_finance.profit",
              "do $$ begin perform set_config('request.jwt.claims', '{\"company_ids\":[3]}', false); end $$",
              "begin; select pg_advisory_lock(1); listen ipai; notify ipai, 'x'; commit")) {
        try (Connection session = PostgresClient.open(url, "bi tool")) {
          List<String> seen = tried(session, "set transaction_read_only = off; " + attack);
          seen.addAll(tried(session, attack));
          seen.addAll(
              tried(session, "set session characteristics as transaction read write; " + attack));
          assertThat(seen).as(attack).noneMatch(text -> text.contains("PHP"));
          assertThat(text(session, COMPANIES)).as(attack).isEqualTo("1,2");
        }
      }
      assertThat(text(url, COMPANIES)).isEqualTo("1,2");
    } finally {
      as(
          superuser,
          LEFT_TO_ALL.formatted("revoke", "from")
              + "; select lo_unlink(oid) from pg_largeobject_metadata");
    }
  }

  private static final String LEFT_TO_ALL =
      """
      do $do$ declare f regprocedure; begin
        for f in select oid::regprocedure from pg_proc where pronamespace = 'pg_catalog'::regnamespace
          and proname in ('pg_sleep', 'lo_from_bytea', 'query_to_xml', 'ts_stat') loop
          execute format('%1$s execute on function %%s %2$s public', f);
        end loop;
        execute format('%1$s temporary on database %%I %2$s public', current_database());
      end $do$
      """;

  private static void as(DatabaseUrl login, String sql) throws SQLException {
    try (Connection connection = PostgresClient.open(login, "test");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Whatever comes back: rows, notices, the fault. */
  private static List<String> tried(Connection session, String attack) throws SQLException {
    List<String> seen = new ArrayList<>();
    try (Statement statement = session.createStatement()) {
      boolean isRows = statement.execute(attack);
      while (isRows || statement.getUpdateCount() != -1) {
        if (isRows) {
          collect(statement.getResultSet(), seen);
        }
        isRows = statement.getMoreResults();
      }
      for (SQLWarning w = statement.getWarnings(); w != null; w = w.getNextWarning()) {
        seen.add(String.valueOf(w.getMessage()));
      }
    } catch (SQLException refused) {
      seen.add(String.valueOf(refused.getMessage()).replace(attack, ""));
    }
    try (Statement statement = session.createStatement()) {
      statement.execute("rollback; set row_security = on");
    }
    return seen;
  }

  private static void collect(ResultSet rows, List<String> seen) throws SQLException {
    while (rows.next()) {
      for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
        seen.add(String.valueOf(rows.getString(i)));
      }
    }
  }
}
