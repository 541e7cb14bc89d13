package ai.ipai.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.gateway.http.Answer;
import ai.ipai.gateway.http.Json;
import ai.ipai.gateway.rest.request.Incoming;
import ai.ipai.governance.audit.AuditLog;
import ai.ipai.governance.audit.AuditReads;
import ai.ipai.governance.vault.SecretScrubber;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.postgres.caller.Caller;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.postgres.migration.Installer;
import ai.ipai.postgres.migration.MigrationSet;
import ai.ipai.testing.postgres.TestServer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The interface on a platform: two tenants, what one may never learn of the other, the audit. */
final class GovernedRestPostgresTest {
  private static final String SCHEMA =
      """
      create schema gold_shop;
      create table public.customer (id int primary key, tenant text, name text);
      create table public.invoice (
        id int primary key, tenant text, customer_id int references public.customer, amount int,
        data jsonb);
      create table gold_shop.margin (id int primary key, tenant text, margin int);
      create table gold_shop.salary (id int primary key, tenant text, pay int);
      insert into ipai.securable (kind, schema_name, name, layer, plan) values
        ('table', 'gold_shop', 'margin', 'gold', '{"readers": ["authenticated"]}'),
        ('table', 'gold_shop', 'salary', 'gold', '{"readers": ["ipai_data_engineer"]}');
      create table public.hidden (id int primary key, secret text);
      create table public.bin (id int primary key, tenant text);
      insert into public.customer
        select i, case when i % 2 = 0 then 'alpha' else 'beta' end,
               case when i % 2 = 0 then 'alpha-' else 'beta-secret-' end || i
        from generate_series(1, 20) as i;
      insert into public.invoice
        select i, tenant, i, i * 10, jsonb_build_object('note', tenant || '-note')
        from public.customer, lateral (select id as i) as x;
      insert into gold_shop.margin select id, tenant, id from public.customer;
      insert into public.hidden values (1, 'beta-secret-hidden');
      create function public.total() returns bigint stable language sql
        as 'select sum(amount) from public.invoice';
      create function public.invoices(low int) returns setof public.invoice stable language sql
        as 'select * from public.invoice where amount >= low';
      create function public.not_for_you() returns text stable language sql as 'select ''beta''';
      revoke execute on function public.not_for_you() from public;
      create function public.leave_behind(what text) returns text language sql
        as 'select set_config(''ipai.left'', what, false)';
      create view public.leaving as select 1 as id, public.leave_behind('a view') as done;
      grant select on public.leaving to authenticated;
      create function gold_shop.left_by(gold_shop.margin) returns text language sql
        as 'select public.leave_behind(''a computed column'')';
      create function public.found_left() returns text stable language sql
        as 'select coalesce(current_setting(''ipai.left'', true), '''')';
      grant execute on function public.leave_behind, gold_shop.left_by, public.found_left to authenticated;
      do $$
      declare t text;
      begin
        foreach t in array array['public.customer', 'public.invoice', 'gold_shop.margin', 'gold_shop.salary',
                                 'public.bin'] loop
          execute format('alter table %s enable row level security', t);
          execute format('alter table %s force row level security', t);
          execute format('grant select, insert, update, delete on %s to authenticated', t);
          execute format('create policy own on %s using (tenant = '
            '(select nullif(current_setting(''request.jwt.claims'', true), '''')::json->>''tenant''))',
            t);
        end loop;
      end $$;
      grant usage on schema gold_shop to authenticated, ipai_data_engineer;
      grant select on gold_shop.salary to ipai_data_engineer""";

  private static TestServer server;
  private static Database database;
  private static AuditReads reads;
  private static GovernedRest rest;

  @BeforeAll
  static void start() {
    server = TestServer.embedded();
    MasterKey key = MasterKey.generate();
    new Installer(MigrationSet.ofPlatform(), key).install(server.superuserUrl());
    server.execute(server.superuserUrl(), SCHEMA);
    database = Database.of(server.superuserUrl(), key);
    SecretScrubber scrubber = new SecretScrubber();
    reads = new AuditReads(database, scrubber, AuditReads.Config.DEFAULT);
    rest =
        GovernedRest.start(
            database, reads, new AuditLog(reads, scrubber), List.of("public", "gold_*"));
  }

  @AfterAll
  static void stop() {
    rest.close();
    reads.close();
    database.close();
    server.close();
  }

  @Test
  @Tag("REQ-REST-004")
  void rowsOfTheCallerComeWithWhatIsEmbedded() throws Exception {
    Answer answer =
        get("alpha", "/customer", "select=name,invoice(amount)&order=id&limit=1", "count=exact");
    assertThat(text(answer)).isEqualTo("[{\"name\":\"alpha-2\",\"invoice\":[{\"amount\": 20}]}]");
    assertThat(answer.status()).isEqualTo(206);
    assertThat(answer.headers()).containsEntry("Content-Range", List.of("0-0/10"));
  }

  @Test
  @Tag("REQ-REST-005")
  void noRouteFilterOrErrorTellsOneTenantOfAnother() throws Exception {
    List<String[]> requests =
        List.of(
            new String[] {"/customer", "select=*"},
            new String[] {"/customer", "name=like.beta*"},
            new String[] {"/customer", "select=name,invoice(*,customer(*))&order=name.desc"},
            new String[] {"/customer", "select=*,...invoice(*)"},
            new String[] {"/invoice", "select=*,customer!inner(*)&customer.name=like.beta*"},
            new String[] {"/invoice", "data->>note=eq.beta-note"},
            new String[] {"/invoice", "customer_id=in.(1,3,5)&select=customer(name)"},
            new String[] {"/rpc/invoices", "low=0&select=*,customer(*)"},
            new String[] {"/rpc/total", ""},
            new String[] {"/rpc/not_for_you", ""},
            new String[] {"/hidden", "select=secret"},
            new String[] {"/customer", "select=hidden(*)"},
            new String[] {"/customer", "id=eq.1&select=name::int"},
            new String[] {"/margin", "select=*"});
    for (String[] request : requests) {
      for (String preference : List.of("count=exact", "count=planned", "handling=lenient")) {
        Answer answer = get("alpha", request[0], request[1], preference);
        assertThat(text(answer)).as(request[0] + "?" + request[1]).doesNotContain("beta");
        assertThat(answer.headers().toString())
            .as(request[0])
            .doesNotContain("beta-secret")
            .doesNotContain("/20");
      }
    }
    assertThat(text(get("alpha", "/rpc/total", "", "count=exact"))).isEqualTo("1100");
  }

  /** Statistics are of all tenants together. */
  @Test
  @Tag("REQ-REST-005")
  void rowsAreCountedNeverEstimated() throws Exception {
    server.execute(server.superuserUrl(), "analyze public.customer");
    for (String count : List.of("exact", "planned", "estimated")) {
      Answer answer = get("alpha", "/customer", "limit=1", "count=" + count);
      assertThat(answer.headers())
          .containsEntry("Content-Range", List.of("0-0/10"))
          .containsEntry("Preference-Applied", List.of("count=exact"));
    }
  }

  @Test
  @Tag("REQ-REST-005")
  void writesReachNoRowOfAnotherTenant() throws Exception {
    Answer update =
        send("PATCH", "alpha", "/invoice", "id=eq.1", "{\"amount\":1}", "return=representation");
    assertThat(text(update)).isEqualTo("[]");
    Answer delete =
        send("DELETE", "alpha", "/invoice", "id=eq.1", "", "count=exact,return=minimal");
    assertThat(delete.headers()).containsEntry("Content-Range", List.of("*/0"));
    Answer foreign =
        send("POST", "alpha", "/bin", "", "{\"id\":7,\"tenant\":\"beta\"}", "return=minimal");
    assertThat(foreign.status()).isEqualTo(403);
    assertThat(text(foreign)).contains("42501").contains("row-level security");
    assertThat(count("select count(*) from public.bin where id = 7")).isZero();
    assertThat(count("select count(*) from public.invoice where id = 1 and amount = 10")).isOne();
  }

  @Test
  @Tag("REQ-REST-006")
  void whatIsForbiddenLooksLikeWhatIsNot() throws Exception {
    for (String[] pair :
        List.of(
            new String[] {"/hidden", "/nowhere"},
            new String[] {"/rpc/not_for_you", "/rpc/not_there_at_all"})) {
      Answer forbidden = get("alpha", pair[0], "", "count=exact");
      Answer absent = get("alpha", pair[1], "", "count=exact");
      String name = pair[0].substring(pair[0].lastIndexOf('/') + 1);
      String other = pair[1].substring(pair[1].lastIndexOf('/') + 1);
      assertThat(forbidden.status()).isEqualTo(404).isEqualTo(absent.status());
      assertThat(text(forbidden).replace(name, other)).isEqualTo(text(absent));
    }
    assertThat(text(get("alpha", "/hiden", "", ""))).contains("\"hint\":null");
    assertThat(text(get("alpha", "/custome", "", ""))).contains("public.customer");
    Answer anonymous =
        rest.service()
            .answer(
                incoming("GET", "/customer", "", "", "", Map.of("accept-profile", "gold_shop")),
                RestCaller.of(Caller.anonymous("request-anonymous")));
    assertThat(anonymous.status()).isEqualTo(406);
    assertThat(text(anonymous)).contains("exposed: public\"").doesNotContain("exposed: gold");
  }

  /** All who sign in arrive as one database role, which may read whatever a policy opens to any. */
  @Test
  @Tag("REQ-REST-006")
  void whatIsGrantedToOthersLooksLikeWhatIsNot() throws Exception {
    Answer forbidden = gold("/salary", "alpha");
    Answer absent = gold("/nothing", "alpha");
    assertThat(forbidden.status()).isEqualTo(404).isEqualTo(absent.status());
    assertThat(text(forbidden).replace("salary", "nothing")).isEqualTo(text(absent));
    assertThat(text(gold("/salar", "alpha"))).doesNotContain("salary");
    Answer engineer = gold("/salary", "alpha", "ipai_data_engineer");
    assertThat(engineer.status()).as(text(engineer)).isEqualTo(200);
    assertThat(gold("/salary", "alpha").status()).as("views are not mixed up").isEqualTo(404);
  }

  private static Answer gold(String path, String tenant, String... roles) throws Exception {
    String claims =
        Json.text(
            Map.of(
                "role",
                "authenticated",
                "sub",
                "user-" + tenant,
                "tenant",
                tenant,
                "app_metadata",
                Map.of("ipai_roles", List.of(roles))));
    String id = UUID.randomUUID().toString();
    return rest.service()
        .answer(
            incoming("GET", path, "", "", "", Map.of("accept-profile", "gold_shop")),
            RestCaller.of(new Caller("user-" + tenant, "authenticated", claims, id, tenant)));
  }

  @Test
  @Tag("REQ-REST-004")
  void onlyExposedSchemasAreServed() throws Exception {
    for (String schema : List.of("ipai", "pg_catalog", "auth", "information_schema")) {
      Answer answer =
          rest.service()
              .answer(
                  incoming("GET", "/audit_log", "", "", "", Map.of("accept-profile", schema)),
                  caller("alpha", UUID.randomUUID().toString()));
      assertThat(answer.status()).isEqualTo(406);
    }
    Answer gold =
        rest.service()
            .answer(
                incoming(
                    "GET", "/margin", "select=id", "", "", Map.of("accept-profile", "gold_shop")),
                caller("alpha", UUID.randomUUID().toString()));
    assertThat(gold.status()).isEqualTo(200);
    assertThat(gold.headers()).containsEntry("Content-Profile", List.of("gold_shop"));
  }

  @Test
  @Tag("REQ-REST-007")
  void everyReadAndWriteIsRecordedAndEveryRefusalToo() throws Exception {
    String read = UUID.randomUUID().toString();
    rest.service()
        .answer(
            incoming("GET", "/customer", "select=*,invoice(*)", "", "", Map.of()),
            caller("alpha", read));
    assertThat(audited(read)).containsExactly("rest.read allow public.customer, public.invoice 10");
    String write = UUID.randomUUID().toString();
    Answer written =
        rest.service()
            .answer(
                incoming(
                    "POST",
                    "/bin",
                    "",
                    "[{\"id\":1,\"tenant\":\"alpha\"}]",
                    "return=minimal",
                    Map.of()),
                caller("alpha", write));
    assertThat(written.status()).isEqualTo(201);
    assertThat(audited(write)).containsExactly("rest.write allow public.bin 1");
    String again = UUID.randomUUID().toString();
    Answer refused =
        rest.service()
            .answer(
                incoming(
                    "POST",
                    "/bin",
                    "",
                    "[{\"id\":1,\"tenant\":\"alpha\"}]",
                    "return=minimal",
                    Map.of()),
                caller("alpha", again));
    assertThat(refused.status()).isEqualTo(409);
    assertThat(audited(again)).containsExactly("rest.write deny public.bin null");
  }

  /** Views of other schemas and computed columns run code of others in a read. */
  @Test
  @Tag("REQ-REST-005")
  @Tag("REQ-REST-010")
  void whatCodeOfOthersLeavesInASessionReachesNoOtherCaller() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThat(text(get("alpha", "/leaving", "", ""))).contains("a view");
      assertThat(text(get("beta", "/rpc/found_left", "", ""))).isEqualTo("\"\"");
      Answer computed =
          rest.service()
              .answer(
                  incoming(
                      "GET",
                      "/margin",
                      "select=id,left_by&limit=1",
                      "",
                      "",
                      Map.of("accept-profile", "gold_shop")),
                  caller("alpha", UUID.randomUUID().toString()));
      assertThat(text(computed)).contains("a computed column");
      assertThat(text(get("beta", "/rpc/found_left", "", ""))).isEqualTo("\"\"");
    }
  }

  @Test
  @Tag("REQ-REST-008")
  void aNewTableIsServedAfterANoticeWithoutAPause() throws Exception {
    assertThat(get("alpha", "/fresh", "", "").status()).isEqualTo(404);
    server.execute(
        server.superuserUrl(),
        "create table public.fresh (id int); grant select on public.fresh to authenticated;"
            + " notify pgrst, 'reload schema'");
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    int status;
    do {
      status = get("alpha", "/fresh", "", "").status();
      assertThat(get("alpha", "/customer", "limit=1", "").status()).isEqualTo(200);
    } while (status != 200 && System.nanoTime() < deadline);
    assertThat(status).isEqualTo(200);
  }

  @Test
  @Tag("REQ-REST-003")
  void noRequestMakesAStatementThatPostgresqlCannotParse() throws Exception {
    Random random = new Random(42);
    List<String> words =
        List.of(
            "id",
            "name",
            "\"x\"\"",
            "'; drop",
            "data->>a",
            "a::text",
            "*",
            "customer(",
            ")",
            "count()",
            "\\",
            "\0",
            "?",
            "$1",
            "--",
            "/*",
            "\"\"",
            "null",
            "é",
            "{",
            "e'",
            "row_to_json");
    int requests = Boolean.getBoolean("ipai.test.all") ? 3_000 : 300;
    for (int i = 0; i < requests; i++) {
      String query =
          "select="
              + soup(random, words)
              + "&"
              + soup(random, words)
              + "=eq."
              + soup(random, words)
              + "&order="
              + soup(random, words);
      Answer answer = get("alpha", "/invoice", query, "count=exact");
      assertThat(answer.status()).as(query).isLessThan(500);
      assertThat(
              text(answer).replace("42601\",\"details\":null,\"hint\":null,\"message\":\"zero", ""))
          .as(query)
          .doesNotContain("\"42601\"")
          .doesNotContain("beta-secret");
    }
  }

  private static String soup(Random random, List<String> words) {
    StringBuilder soup = new StringBuilder();
    for (int i = 0; i <= random.nextInt(3); i++) {
      soup.append(words.get(random.nextInt(words.size())));
    }
    return URLEncoder.encode(soup.toString(), StandardCharsets.UTF_8);
  }

  private static Answer get(String tenant, String path, String query, String prefer)
      throws Exception {
    return send("GET", tenant, path, query, "", prefer);
  }

  private static Answer send(
      String method, String tenant, String path, String query, String body, String prefer)
      throws Exception {
    return rest.service()
        .answer(
            incoming(method, path, query, body, prefer, Map.of()),
            caller(tenant, UUID.randomUUID().toString()));
  }

  private static Incoming incoming(
      String method,
      String path,
      String query,
      String body,
      String prefer,
      Map<String, String> headers) {
    List<Map.Entry<String, String>> all = new java.util.ArrayList<>(headers.entrySet());
    if (!prefer.isEmpty()) {
      all.add(Map.entry("prefer", prefer));
    }
    return new Incoming(
        method,
        Incoming.segments(path.substring(1)),
        path,
        query,
        all,
        body.getBytes(StandardCharsets.UTF_8));
  }

  private static RestCaller caller(String tenant, String requestId) {
    String claims =
        Json.text(Map.of("role", "authenticated", "sub", "user-" + tenant, "tenant", tenant));
    return RestCaller.of(new Caller("user-" + tenant, "authenticated", claims, requestId, tenant));
  }

  private static String text(Answer answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private static List<String> audited(String requestId) throws SQLException {
    List<String> entries = new java.util.ArrayList<>();
    try (Connection connection = PostgresClient.open(server.superuserUrl(), "ipai test");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select action, decision, object, row_count from ipai.audit_log where request_id = '"
                    + requestId
                    + "'")) {
      while (rows.next()) {
        entries.add(
            rows.getString(1)
                + " "
                + rows.getString(2)
                + " "
                + rows.getString(3)
                + " "
                + rows.getString(4));
      }
    }
    return entries;
  }

  private static long count(String sql) throws SQLException {
    try (Connection connection = PostgresClient.open(server.superuserUrl(), "ipai test");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
