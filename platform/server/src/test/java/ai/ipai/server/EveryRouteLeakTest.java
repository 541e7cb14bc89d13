package ai.ipai.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.gateway.http.Json;
import ai.ipai.postgres.PostgresClient;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Two tenants, every route: a caller of companies 1 and 2 looks for what is company 3's, on each
 * route that the description names, by every kind of filter, and in every fault. A route with a
 * parameter that is unknown here fails the test, until somebody says what the other tenant has
 * there.
 */
@Tag("REQ-SERVER-020")
class EveryRouteLeakTest extends SmallCompany {
  /** Values of rows that only company 3 has; none of them is part of any question asked here. */
  private static final List<String> MARKERS = List.of("ZQ7", "918273.45", "918273");

  private static final String HALF = "Z";
  private static final String NOBODYS = "00000000-0000-0000-0000-000000000000";
  private static String otherStatement = "";
  private static String otherAccount = "";
  private static String otherFactor = "";

  @BeforeAll
  static void theOtherTenantHasRows() throws Exception {
    try (Connection owner = PostgresClient.open(platform.installation().requireOwner(), "test");
        Statement statement = owner.createStatement()) {
      statement.execute(
          "set role ipai_publisher;"
              + " insert into gold_finance.profit values (3, 'ZQ7', '2031-05-01', 918273.45);"
              + " alter table gold_finance.profit add constraint one unique (company_id, currency, month);"
              + " grant insert on gold_finance.profit to authenticated;"
              + " create policy ipai_insert on gold_finance.profit for insert to authenticated"
              + "   with check (company_id = any ((select ipai.claim_ints('company_ids'))::bigint[]))");
    }
    String sql = "select currency, amount from gold_finance.profit order by amount desc";
    HttpResponse<String> own =
        send(
            request("/api/v1/sql")
                .header("Authorization", "Bearer " + token("phil"))
                .POST(BodyPublishers.ofString(Json.text(Map.of("statement", sql)))));
    assertThat(own.body()).as("its owner sees it").contains("ZQ7", "918273.45");
    otherStatement = Json.read(own.body()).path("id").asString();
    theOtherTenantHasAnAccountWithASecondFactor();
  }

  private static void theOtherTenantHasAnAccountWithASecondFactor() throws Exception {
    String phil = token("phil");
    HttpResponse<String> account =
        send(
            request("/auth/v1/user")
                .header("Authorization", "Bearer " + phil)
                .PUT(BodyPublishers.ofString("{\"data\": {\"note\": \"918273.45\"}}")));
    assertThat(account.body()).as("its owner sees it").contains("918273.45");
    otherAccount = Json.read(account.body()).path("id").asString();
    HttpResponse<String> factor =
        send(
            request("/auth/v1/factors")
                .header("Authorization", "Bearer " + phil)
                .POST(
                    BodyPublishers.ofString(
                        "{\"factor_type\": \"totp\", \"friendly_name\": \"ZQ7\"}")));
    assertThat(factor.statusCode()).as(factor.body()).isEqualTo(200);
    otherFactor = Json.read(factor.body()).path("id").asString();
  }

  @Test
  void noRouteOfTheDescriptionTellsWhatIsTheOthers() throws Exception {
    String bruno = token("bruno");
    int asked = 0;
    for (var path :
        Json.read(get("/api/v1/openapi.json", bruno).body()).path("paths").properties()) {
      for (String method : path.getValue().propertyNames()) {
        for (String filled : filled(path.getKey())) {
          for (String query : queries(path.getValue().path(method))) {
            String caller = endsSessions(filled) ? token("guessed") : bruno;
            HttpRequest.Builder request =
                request(filled + query).header("Authorization", "Bearer " + caller);
            request.method(method.toUpperCase(java.util.Locale.ROOT), body(method, filled));
            check(method + " " + filled + query, send(request));
            asked++;
          }
        }
      }
    }
    assertThat(asked).as("requests").isGreaterThan(60);
    assertThat(get("/auth/v1/user", bruno).statusCode())
        .as("the caller was signed in to the end")
        .isEqualTo(200);
  }

  private static boolean endsSessions(String path) {
    return path.startsWith("/auth/v1/logout");
  }

  private static HttpRequest.BodyPublisher body(String method, String path) {
    if (!method.equals("post") && !method.equals("put") && !method.equals("patch")) {
      return BodyPublishers.noBody();
    }
    if (!path.contains("/auth/")) {
      return BodyPublishers.ofString("{\"statement\": \"select * from gold_finance.profit\"}");
    }
    Map<String, String> body =
        new HashMap<>(
            Map.of(
                "email", "phil@example.com",
                "type", "recovery",
                "token", "123456",
                "refresh_token", "aaaaaaaaaaaa",
                "auth_code", NOBODYS,
                "code_verifier", "a".repeat(43),
                "factor_type", "totp",
                "challenge_id", NOBODYS,
                "code", "123456"));
    if (!path.equals("/auth/v1/user")) {
      body.put("password", "none of the passwords");
    }
    return BodyPublishers.ofString(Json.text(body));
  }

  /** The other tenant's own things in place of parameters, and things that nobody has. */
  private static List<String> filled(String path) {
    if (path.endsWith("*")) {
      return List.of(path.replace("*", "profit"), path.replace("*", "none"));
    }
    List<String> paths = List.of(path);
    Matcher parameter = Pattern.compile("\\{([A-Za-z]+)}").matcher(path);
    while (parameter.find()) {
      List<String> values =
          switch (parameter.group(1)) {
            case "schema" -> List.of("gold_finance", "silver_erp", "ipai", "none");
            case "table" -> List.of("profit", "partner", "audit_log", "none", "a%00b");
            case "name" -> List.of("finance", "none");
            case "index" -> List.of("0", "7");
            case "id" -> List.of(otherStatement, NOBODYS);
            case "user" -> List.of(otherAccount, NOBODYS, "none");
            case "factor" -> List.of(otherFactor, NOBODYS, "none");
            case "connector" -> List.of("erp");
            default -> throw new AssertionError("say what the other tenant has at " + path);
          };
      List<String> more = new ArrayList<>();
      for (String one : paths) {
        values.forEach(value -> more.add(one.replace(parameter.group(), value)));
      }
      paths = more;
    }
    return paths;
  }

  /** Each parameter alone, with what could bring the others' rows or a talkative fault. */
  private static List<String> queries(JsonNode operation) {
    List<String> queries = new ArrayList<>(List.of(""));
    for (JsonNode parameter : operation.path("parameters")) {
      if (parameter.path("in").asString().equals("query")) {
        for (String value :
            List.of(
                "1000",
                "-1",
                "amount.desc",
                "currency",
                "gold_finance.profit",
                "phil",
                "'",
                "ü\0")) {
          queries.add(
              "?"
                  + parameter.path("name").asString()
                  + "="
                  + URLEncoder.encode(value, StandardCharsets.UTF_8));
        }
      }
    }
    return queries;
  }

  @Test
  void noFilterCountOrFaultOfTheRowInterfaceTellsWhatIsTheOthers() throws Exception {
    String bruno = token("bruno");
    for (String query :
        List.of(
            "",
            "company_id=eq.3",
            "company_id=not.in.(1,2)",
            "or=(company_id.eq.3,company_id.gt.2)",
            "not.and=(company_id.eq.1,company_id.eq.2)",
            "currency=like." + HALF + "*",
            "currency=match.^" + HALF,
            "currency=fts." + HALF,
            "amount=gt.900000",
            "amount=gt.900000&select=count()",
            "select=amount.max(),currency.max()",
            "select=currency,amount.sum()",
            "select=amount::text::int",
            "select=x:currency::int&company_id=eq.3",
            "select=month->a",
            "select=*,partner(*)",
            "order=amount.desc&limit=1",
            "order=company_id.desc",
            "company_id=eq.3&limit=0",
            "company_id=any.3",
            "company_id=eq.x",
            "month=eq.2031-05-01",
            "none=eq.1",
            "select=profit(*)",
            "columns=currency",
            "offset=12")) {
      for (String accept :
          List.of(
              "application/json",
              "text/csv",
              "application/vnd.pgrst.object+json",
              "application/vnd.pgrst.plan+json")) {
        HttpResponse<String> answer =
            send(
                request(
                        "/rest/v1/profit"
                            + (query.isEmpty()
                                ? ""
                                : "?" + query.replace("^", "%5E").replace(">", "%3E")))
                    .header("Authorization", "Bearer " + bruno)
                    .header("Accept-Profile", "gold_finance")
                    .header("Prefer", "count=exact")
                    .header("Accept", accept));
        check(accept + " " + query, answer);
        String total =
            answer.headers().firstValue("Content-Range").orElse("/0").replaceFirst(".*/", "");
        assertThat(total.matches("[0-9]+") ? Integer.parseInt(total) : 0)
            .as(query)
            .isLessThanOrEqualTo(8);
      }
    }
    for (String row :
        List.of(
            "[{\"company_id\":3,\"currency\":\""
                + HALF
                + "Q\",\"month\":\"2031-05-01\",\"amount\":1}]",
            "[{\"company_id\":1,\"currency\":\"USD\",\"month\":\"x\"}]",
            "[{\"company_id\":1,\"currency\":\"USD\",\"month\":\"2026-01-01\",\"amount\":1}]")) {
      for (String prefer :
          List.of("return=representation", "return=representation,resolution=merge-duplicates")) {
        check(
            row,
            send(
                request("/rest/v1/profit")
                    .header("Authorization", "Bearer " + bruno)
                    .header("Content-Profile", "gold_finance")
                    .header("Content-Type", "application/json")
                    .header("Prefer", prefer)
                    .POST(BodyPublishers.ofString(row))));
      }
    }
  }

  @Test
  void noPageOfTheConsoleTellsWhatIsTheOthers() throws Exception {
    Browser bruno = new Browser("bruno");
    Deque<String> ahead = new ArrayDeque<>(List.of("/console"));
    Set<String> seen = new HashSet<>();
    Pattern link = Pattern.compile("(?:href|hx-get|src)=\"(/console[^\"#]*)\"");
    while (!ahead.isEmpty() && seen.size() < 150) {
      String page = ahead.pop().replace("&amp;", "&");
      if (seen.add(page)) {
        HttpResponse<String> answer = bruno.get(page);
        check(page, answer);
        Matcher links = link.matcher(answer.body());
        while (links.find()) {
          ahead.add(links.group(1));
        }
      }
    }
    assertThat(seen).as("pages").hasSizeGreaterThan(5);
  }

  private static void check(String asked, HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(asked + "\n" + answer.body()).isLessThan(500);
    String all = answer.body() + answer.headers().map();
    for (String marker : MARKERS) {
      assertThat(all).as(asked).doesNotContain(marker);
    }
  }
}
