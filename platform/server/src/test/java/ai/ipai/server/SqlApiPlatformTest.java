package ai.ipai.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.gateway.http.Json;
import ai.ipai.postgres.PostgresClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** {@code /api/v1/sql}: whatever is written there runs as its writer and nobody else. */
class SqlApiPlatformTest extends SmallCompany {
  private static final String COMPANIES =
      "select distinct company_id from gold_finance.profit order by 1";
  private static final String ENDLESS =
      "with recursive r (n) as (select 1 union all select n + 1 from r) select count(*) from r";

  /** What only callers of company 3 may see. */
  private static final String FOREIGN = "PHP";

  private static HttpResponse<String> post(String token, Map<String, Object> body)
      throws Exception {
    return send(
        request("/api/v1/sql")
            .header("Authorization", "Bearer " + token)
            .POST(BodyPublishers.ofString(Json.text(body))));
  }

  private static JsonNode run(String token, String sql, Object... parameters) throws Exception {
    HttpResponse<String> answer =
        post(token, Map.of("statement", sql, "parameters", List.of(parameters)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.read(answer.body());
  }

  private static String code(HttpResponse<String> answer) {
    return Json.read(answer.body()).path("code").asString("");
  }

  private static void owner(String sql) throws SQLException {
    try (Connection owner = PostgresClient.open(platform.installation().requireOwner(), "test");
        Statement statement = owner.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  @Tag("REQ-SQL-001")
  void aQueryRunsAsItsWriterWithBoundParameters() throws Exception {
    assertThat(run(token("bruno"), COMPANIES).path("rows").toString()).isEqualTo("[[1],[2]]");
    assertThat(run(token("phil"), COMPANIES).path("rows").toString()).isEqualTo("[[3]]");
    JsonNode some =
        run(
            token("bruno"),
            "select company_id, '{\"a\": 1}'::jsonb ? $2 from gold_finance.profit"
                + " where company_id = $1 and currency <> '$1?' limit 1",
            2,
            "a");
    assertThat(some.path("rows").toString()).isEqualTo("[[2,true]]");
    assertThat(some.path("columns").path(0).path("type").asString()).isEqualTo("int4");
    String odd = "x'; reset role; --";
    assertThat(run(token("bruno"), "select $1::text as t", odd).at("/rows/0/0").asString())
        .isEqualTo(odd);
    assertThat(code(post(token("bruno"), Map.of("statement", "select $1, $2"))))
        .isEqualTo("GW-015");
  }

  @Test
  @Tag("REQ-SQL-001")
  void whoHoldsNoRoleRunsNothingAndIsRecorded() throws Exception {
    assertThat(post("", Map.of("statement", "select 1")).statusCode()).isEqualTo(401);
    HttpResponse<String> foreign =
        post(token("bruno"), Map.of("statement", "select 1", "role", "ipai_platform_admin"));
    assertThat(foreign.statusCode()).isEqualTo(403);
    String nobody =
        platform
            .tokens()
            .minter()
            .mint(Map.of("sub", UUID.randomUUID().toString()), Duration.ofMinutes(5));
    assertThat(post(nobody, Map.of("statement", "select 1")).statusCode()).isEqualTo(403);
    for (String body :
        List.of("[]", "{}", "{\"statement\":1}", "{\"statement\":\"select 1\",\"x\":1}")) {
      HttpResponse<String> answer =
          send(
              request("/api/v1/sql")
                  .header("Authorization", "Bearer " + token("bruno"))
                  .POST(BodyPublishers.ofString(body)));
      assertThat(answer.statusCode()).as(body).isEqualTo(400);
    }
  }

  @Test
  @Tag("REQ-SQL-002")
  void pagesComeFromOneResultAndOnlyToItsOwner() throws Exception {
    String bruno = token("bruno");
    HttpResponse<String> answer =
        post(
            bruno,
            Map.of(
                "statement",
                "select company_id, month from gold_finance.profit order by 1, 2",
                "page_rows",
                3));
    JsonNode first = Json.read(answer.body());
    List<String> rows = new ArrayList<>();
    first.path("rows").forEach(row -> rows.add(row.toString()));
    String at = "/api/v1/sql/" + first.path("id").asString();
    String cursor = first.path("next_cursor").asString();
    while (!cursor.isEmpty()) {
      JsonNode page = Json.read(get(at + "?page_rows=3&cursor=" + cursor, bruno).body());
      page.path("rows").forEach(row -> rows.add(row.toString()));
      cursor = page.path("next_cursor").asString("");
    }
    assertThat(rows).hasSize(8).doesNotHaveDuplicates();
    assertThat(first.path("row_count").asInt()).isEqualTo(8);
    assertThat(get(at, token("bruno")).statusCode()).as("a renewed token").isEqualTo(200);
    assertThat(get(at, token("phil")).statusCode()).isEqualTo(404);
    assertThat(get("/api/v1/sql/" + UUID.randomUUID(), bruno).statusCode()).isEqualTo(404);
    JsonNode cut =
        Json.read(
            post(bruno, Map.of("statement", "select * from gold_finance.profit", "max_rows", 5))
                .body());
    assertThat(cut.path("row_count").asInt()).isEqualTo(5);
    assertThat(cut.path("truncated").asBoolean()).isTrue();
  }

  @Test
  @Tag("REQ-SQL-003")
  void aLongOneIsFollowedAndCancelledAndLeavesNothingRunning() throws Exception {
    String bruno = token("bruno");
    HttpResponse<String> begun =
        post(bruno, Map.of("statement", ENDLESS, "wait_seconds", 0, "timeout_seconds", 300));
    assertThat(begun.statusCode()).as(begun.body()).isEqualTo(202);
    String at = "/api/v1/sql/" + Json.read(begun.body()).path("id").asString();
    assertThat(Json.read(get(at, bruno).body()).path("status").asString()).isEqualTo("running");
    assertThat(delete(at, token("phil")).statusCode()).isEqualTo(404);
    assertThat(Json.read(delete(at, bruno).body()).path("status").asString())
        .isEqualTo("cancelled");
    awaitNoSession();
    HttpResponse<String> late = post(bruno, Map.of("statement", ENDLESS, "timeout_seconds", 1));
    assertThat(late.statusCode()).as(late.body()).isEqualTo(503);
    awaitNoSession();
  }

  private static HttpResponse<String> delete(String path, String token) throws Exception {
    return send(request(path).header("Authorization", "Bearer " + token).DELETE());
  }

  private static void awaitNoSession() throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    String sessions = "?";
    while (!sessions.equals("0")) {
      assertThat(System.nanoTime()).as(sessions + " sessions are left").isLessThan(deadline);
      sessions = ownerText("select count(*) from pg_stat_activity where usename like 'ipai_sql_%'");
      Thread.onSpinWait();
    }
  }

  private static String ownerText(String sql) throws SQLException {
    try (Connection owner = PostgresClient.open(platform.installation().requireOwner(), "test");
        Statement statement = owner.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }

  @Test
  @Tag("REQ-SQL-003")
  void whatWouldCostTooMuchIsNotBegun() throws Exception {
    HttpResponse<String> answer =
        post(
            token("bruno"),
            Map.of(
                "statement",
                "select count(*) from generate_series(1, 1000000) a, generate_series(1, 1000000) b"));
    assertThat(code(answer)).as(answer.body()).isEqualTo("GW-021");
    assertThat(answer.body()).as("no estimate is told").doesNotContain("cost\":");
  }

  @Test
  @Tag("REQ-SQL-004")
  void aKeptResultIsForTheSameCallerAndTheSameGrantsOnly() throws Exception {
    owner(
        "set role ipai_publisher; create table gold_finance.kept (company_id int);"
            + " insert into gold_finance.kept values (1), (3);"
            + " alter table gold_finance.kept enable row level security;"
            + " create policy rows on gold_finance.kept for select to ipai_bi_developer"
            + "   using (company_id = any ((select ipai.claim_ints('company_ids'))::bigint[]));"
            + " grant select on gold_finance.kept to ipai_bi_developer");
    String sql = "select company_id from gold_finance.kept";
    String bruno = token("bruno");
    JsonNode first = run(bruno, sql);
    assertThat(first.path("rows").toString()).isEqualTo("[[1]]");
    assertThat(run(token("bruno"), sql).path("id")).isEqualTo(first.path("id"));
    assertThat(run(token("phil"), sql).path("rows").toString()).isEqualTo("[[3]]");
    JsonNode fresh = Json.read(post(bruno, Map.of("statement", sql, "fresh", true)).body());
    assertThat(fresh.path("id")).isNotEqualTo(first.path("id"));
    String clock = "select company_id, now() from gold_finance.kept";
    assertThat(run(bruno, clock).path("id")).isNotEqualTo(run(bruno, clock).path("id"));
    owner("set role ipai_publisher; revoke select on gold_finance.kept from ipai_bi_developer");
    HttpResponse<String> page = get("/api/v1/sql/" + first.path("id").asString(), bruno);
    assertThat(page.statusCode()).as(page.body()).isEqualTo(409);
    HttpResponse<String> again = post(bruno, Map.of("statement", sql));
    assertThat(again.statusCode()).as(again.body()).isEqualTo(400);
  }

  @Test
  @Tag("REQ-SQL-005")
  void everyDecisionIsRecordedOnceWithTheStatementsHash() throws Exception {
    String bruno = token("bruno");
    Map<String, String> expected = new HashMap<>();
    for (String sql :
        List.of(COMPANIES, "select 1; select 2", "select 1 from silver_erp.partner")) {
      HttpResponse<String> answer =
          send(
              request("/api/v1/sql")
                  .header("Authorization", "Bearer " + bruno)
                  .header("X-Request-Id", "audited-" + expected.size())
                  .POST(BodyPublishers.ofString(Json.text(Map.of("statement", sql)))));
      expected.put("audited-" + expected.size(), answer.statusCode() == 200 ? "allow" : "deny");
    }
    assertThat(expected.values()).containsExactlyInAnyOrder("allow", "deny", "deny");
    for (Map.Entry<String, String> one : expected.entrySet()) {
      assertThat(
              ownerText(
                  "select string_agg(decision::text || ' ' || acting_role || ' '"
                      + " || length(details ->> 'sha256'), ',') from ipai.audit_log where request_id = '"
                      + one.getKey()
                      + "'"))
          .isEqualTo(one.getValue() + " ipai_sql_bi_developer 64");
    }
  }

  @ParameterizedTest
  @Tag("REQ-SQL-006")
  @ValueSource(
      strings = {
        "with forged as materialized (select set_config('request.jwt.claims', '{\"role\":\"service_role\",\"company_ids\":[3]}', true))"
            + " select p.* from forged, gold_finance.profit p",
        "do $$ declare c text; begin perform set_config('request.jwt.claims', '{\"company_ids\":[3]}', true);"
            + " select string_agg(currency, ',') into c from gold_finance.profit; raise exception '%', c; end $$",
        "select * from gold_finance.profit where company_id = 3",
        "select * from (select * from gold_finance.profit) p where p.company_id not in (1, 2)",
        "select (select string_agg(currency, ',') from gold_finance.profit)::int",
        "select 1 / (case when currency = 'PHP' then 0 else 1 end), company_id from gold_finance.profit where company_id = 3",
        "select currency::int from gold_finance.profit where company_id = 3",
        "select cast(currency as date) from gold_finance.profit order by company_id desc",
        "set role ipai_publisher",
        "reset session authorization",
        "set session authorization ipai_publisher",
        "select set_config('role', 'ipai_publisher', false)",
        "select pg_catalog.set_config('session_authorization', 'ipai_publisher', false)",
        "explain analyze select * from gold_finance.profit",
        "explain (analyze, verbose, format json) select * from gold_finance.profit",
        "table pg_catalog.pg_stats",
        "select * from pg_stats_ext",
        "select * from pg_statistic",
        "select most_common_vals::text from pg_catalog.pg_stats where schemaname = 'gold_finance'",
        "select query from pg_stat_activity",
        "select * from pg_stat_get_activity(null)",
        "select claims from ipai.session_claims",
        "select claims from ipai.login_principal",
        "select dblink('dbname=postgres', 'select 1')",
        "select lo_export(1, '/tmp/x')",
        "select pg_read_file('/etc/passwd')",
        "select pg_ls_dir('.')",
        "select pg_sleep(30) from generate_series(1, 100)",
        "select pg_advisory_lock(1)",
        "listen ipai",
        "notify ipai, 'x'",
        "create temp table profit as select 3 as company_id",
        "create function pg_temp.f() returns int language sql as 'select 1'",
        "prepare p as select * from gold_finance.profit",
        "declare c cursor with hold for select * from gold_finance.profit",
        "copy (select * from gold_finance.profit) to stdout",
        "copy gold_finance.profit to program 'cat'",
        "commit; select * from gold_finance.profit",
        "select query_to_xml('select * from gold_finance.profit', true, true, '')",
        "select database_to_xml(true, true, '')",
        "select table_to_xml('gold_finance.profit', true, true, '')",
        "select ts_stat('select to_tsvector(currency) from gold_finance.profit')",
        "insert into gold_finance.profit values (3, 'PHP', now(), 1)",
        "with w as (delete from gold_finance.profit returning *) select * from w",
        "with w as (update gold_finance.profit set amount = 0 returning *) select * from w",
        "select * from gold_finance.profit for update",
        "select * into gold_finance.stolen from gold_finance.profit",
        "select pg_terminate_backend(pid) from pg_stat_activity",
        "select pg_notify('ipai', 'x')",
        "select current_setting('request.jwt.claims', true), currency from gold_finance.profit where currency = 'PHP'",
        "select * from \"ipai_part\".\"profit\"",
        "select auth.uid(), email from auth.users",
        "select U&\"pg\\005fsleep\"(1)",
        "select {fn user()}, {fn ifnull(currency, '')} from gold_finance.profit where company_id = 3"
      })
  void nothingThatIsWrittenLeadsOutOfItsWritersIdentity(String attack) throws Exception {
    String bruno = token("bruno");
    HttpResponse<String> answer = post(bruno, Map.of("statement", attack));
    assertThat(answer.statusCode()).as(answer.body()).isIn(200, 400);
    assertThat(answer.body().replace(attack, "")).doesNotContain("\"" + FOREIGN + "\"", "[3,");
    if (answer.statusCode() == 200) {
      Json.read(answer.body())
          .path("rows")
          .forEach(row -> assertThat(row.toString()).doesNotContain(FOREIGN));
    } else {
      assertThat(Json.read(answer.body()).path("detail").asString()).doesNotContain(FOREIGN);
    }
    assertThat(run(bruno, COMPANIES, List.of().toArray()).path("rows").toString())
        .isEqualTo("[[1],[2]]");
    assertThat(ownerText("select count(*) from gold_finance.profit where amount <> 300"))
        .isEqualTo("0");
  }
}
