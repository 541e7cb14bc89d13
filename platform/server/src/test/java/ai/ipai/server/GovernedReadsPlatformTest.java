package ai.ipai.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.gateway.http.Json;
import ai.ipai.postgres.PostgresClient;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Each caller reads their own rows and nothing else, and every read is on record. */
class GovernedReadsPlatformTest extends SmallCompany {
  @Test
  @Tag("REQ-SERVER-006")
  void eachCallerSeesTheirOwnRows() throws Exception {
    String path = "/api/v1/tables/gold_finance/profit/rows?order=company_id&limit=1000";
    assertThat(companies(get(path, token("bruno")))).containsOnly(1, 2);
    assertThat(companies(get(path, token("phil")))).containsOnly(3);
    assertThat(companies(get(path, token("alma")))).containsOnly(1, 2, 3);
    for (String outsider : List.of(token("olga"), platform.tokens().minter().anonKey())) {
      assertThat(get(path, outsider).statusCode()).isEqualTo(404);
    }
  }

  private static List<Integer> companies(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    List<Integer> companies = new ArrayList<>();
    Json.read(answer.body()).path("rows").forEach(row -> companies.add(row.path(0).asInt()));
    return companies;
  }

  /** Company 3 alone keeps its books in pesos: the word must not reach who answers for 1 and 2. */
  @Test
  @Tag("REQ-ACCESS-015")
  void noByteOfAnotherCompanyReachesAnyRouteOrPage() throws Exception {
    String rows = "/api/v1/tables/gold_finance/profit/rows";
    List<String> telling =
        List.of(
            rows,
            rows + "?select=currency",
            rows + "?order=currency",
            rows + "?order=currency.desc&limit=1",
            rows + "?limit=4&offset=8&order=company_id",
            "/api/v1/dashboards/finance/tiles/0");
    for (String path : telling) {
      assertThat(get(path, token("bruno")).body()).as(path).doesNotContain("PHP");
      assertThat(get(path, token("phil")).body()).as(path).doesNotContain("USD");
    }
    assertThat(get(rows + "?order=currency&limit=1", token("alma")).body()).contains("PHP");
    for (String path :
        List.of(
            "/api/v1/layers",
            "/api/v1/tables",
            "/api/v1/tables/gold_finance/profit",
            "/api/v1/dashboards",
            "/api/v1/dashboards/finance",
            "/api/v1/explain-access?object=gold_finance.profit",
            rows + "?select=currency::int",
            rows + "?order=currency.wrong")) {
      assertThat(get(path, token("bruno")).body()).as(path).doesNotContain("PHP");
    }
    Browser bruno = new Browser("bruno");
    for (String page :
        List.of(
            "/console",
            "/console/tables",
            "/console/tables/gold_finance/profit",
            "/console/dashboards/finance",
            "/console/search?q=PH")) {
      assertThat(bruno.get(page).body()).as(page).doesNotContain("PHP");
    }
    assertThat(new Browser("alma").page("/console/tables/gold_finance/profit")).contains("PHP");
  }

  @Test
  @Tag("REQ-ACCESS-016")
  void noneOfTheNextTwelveRequestsSeesWhatWasRevoked() throws Exception {
    String path = "/api/v1/tables/gold_finance/profit/rows";
    String phil = token("phil");
    Browser browser = new Browser("phil");
    assertThat(get(path, phil).body()).contains("PHP");
    try (Connection owner = PostgresClient.open(platform.installation().requireOwner(), "test");
        Statement statement = owner.createStatement()) {
      statement.execute(
          "set role ipai_publisher; revoke select on gold_finance.profit from authenticated, ipai_bi_developer");
      try {
        for (int i = 0; i < 12; i++) {
          assertThat(get(path, phil).statusCode()).isEqualTo(404);
          assertThat(browser.get("/console/tables/gold_finance/profit").body())
              .doesNotContain("PHP");
        }
      } finally {
        statement.execute(
            "grant select on gold_finance.profit to authenticated, ipai_bi_developer");
      }
    }
    assertThat(get(path, phil).body()).contains("PHP");
  }

  @Test
  @Tag("REQ-SERVER-006")
  void absentAndForbiddenLookTheSame() throws Exception {
    String bruno = token("bruno");
    String absent = normalised(get("/api/v1/tables/gold_finance/nothing/rows", bruno));
    for (String path :
        List.of(
            "/api/v1/tables/silver_erp/partner/rows",
            "/api/v1/tables/silver_erp/partner",
            "/api/v1/tables/gold_secret/nothing/rows",
            "/api/v1/tables/ipai/secret/rows",
            "/api/v1/tables/auth/users/rows",
            "/api/v1/tables/pg_catalog/pg_authid/rows",
            "/api/v1/tables/gold_finance/profit/rows?select=nothing",
            "/api/v1/tables/gold_finance/profit/rows?order=a%22%20;drop")) {
      assertThat(normalised(get(path, bruno))).as(path).isEqualTo(absent);
    }
  }

  private static String normalised(HttpResponse<String> answer) {
    return answer.statusCode()
        + answer.body().replaceAll("\"requestId\":\"[^\"]+\"", "\"requestId\":\"…\"");
  }

  @Test
  @Tag("REQ-SERVER-006")
  void theCatalogHoldsOnlyWhatIsOpen() throws Exception {
    String bruno = get("/api/v1/tables", token("bruno")).body();
    assertThat(bruno).contains("\"profit\"").doesNotContain("partner");
    assertThat(get("/api/v1/tables", token("alma")).body()).contains("\"profit\"", "\"partner\"");
    JsonNode layers = Json.read(get("/api/v1/layers", token("phil")).body());
    assertThat(layers.path(2).path("rows").asInt()).isEqualTo(4);
    assertThat(layers.path(1).path("tables").asInt()).isZero();
    assertThat(get("/api/v1/tables/gold_finance/profit", token("bruno")).body())
        .contains("\"finance\"", "\"amount\"");
  }

  @Test
  @Tag("REQ-SERVER-007")
  void aDashboardAddsUpTheCallersRows() throws Exception {
    String path = "/api/v1/dashboards/finance/tiles/0";
    String phil = get(path, token("phil")).body();
    JsonNode alma = Json.read(get(path, token("alma")).body());
    assertThat(phil).contains("\"rows\":[[\"PHP\",1200.00]]");
    assertThat(alma.path("rows").size()).isEqualTo(2);
    assertThat(get("/api/v1/dashboards/finance/tiles/9", token("alma")).statusCode())
        .isEqualTo(404);
    assertThat(get("/api/v1/dashboards/nothing", token("alma")).statusCode()).isEqualTo(404);
  }

  @Test
  @Tag("REQ-SERVER-009")
  void everyReadAndEveryRefusalIsInTheAuditLog() throws Exception {
    String id = "audited-" + System.nanoTime();
    send(
        request("/api/v1/tables/gold_finance/profit/rows")
            .header("X-Request-Id", id)
            .header("Authorization", "Bearer " + token("bruno")));
    send(
        request("/api/v1/tables/silver_erp/partner/rows")
            .header("X-Request-Id", id + "-denied")
            .header("Authorization", "Bearer " + token("bruno")));
    String log = get("/api/v1/audit", token("aude")).body();
    assertThat(log).contains(id).contains(id + "-denied");
    String denials = get("/api/v1/audit?decision=deny&object=silver_erp", token("aude")).body();
    assertThat(denials).contains(id + "-denied").doesNotContain("\"allow\"");
    assertThat(get("/api/v1/audit", token("bruno")).statusCode()).isEqualTo(403);
  }
}
