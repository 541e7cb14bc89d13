package ai.ipai.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.gateway.auth.AccountStore;
import ai.ipai.gateway.auth.PasswordHasher;
import ai.ipai.gateway.http.HttpLimits;
import ai.ipai.gateway.http.Json;
import ai.ipai.gateway.read.Page;
import ai.ipai.gateway.sql.CallerSql;
import ai.ipai.governance.access.SessionClaims;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.postgres.login.Login;
import ai.ipai.server.doctor.Doctor;
import ai.ipai.server.doctor.Finding;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The whole platform over real HTTP on a real database. */
class PlatformTest {
  @TempDir private static Path dataDir = Path.of("");

  @SuppressWarnings("NullAway.Init") // set before every test
  private static Platform platform;

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
  private static final Map<String, String> PASSWORDS = new HashMap<>();

  @BeforeAll
  static void start() throws Exception {
    HttpLimits limits =
        new HttpLimits(
            64 * 1024,
            16 * 1024,
            8 * 1024,
            256,
            64,
            Duration.ofSeconds(2),
            Duration.ofSeconds(20),
            Duration.ofSeconds(5));
    platform =
        Platform.start(
            PlatformConfig.embedded(Path.of(System.getProperty("ipai.root", "../..")), dataDir)
                .withLimits(limits));
    try (Connection owner = PostgresClient.open(platform.installation().requireOwner(), "test");
        Statement statement = owner.createStatement()) {
      statement.execute(resource("/ai/ipai/server/small-lakehouse.sql"));
    }
    DemoUsers users =
        new DemoUsers(
            dataDir, new AccountStore(platform.installation().control()), new PasswordHasher());
    List<DemoUsers.Login> logins =
        users.create(
            List.of(
                person("alma", "ipai_platform_admin", List.of(1, 2, 3)),
                person("bruno", "ipai_bi_developer", List.of(1, 2)),
                person("phil", "ipai_bi_developer", List.of(3)),
                person("olga", "ipai_operator", List.of()),
                person("aude", "ipai_auditor", List.of(1, 2, 3)),
                person("guessed", "ipai_auditor", List.of())));
    logins.forEach(login -> PASSWORDS.put(login.email(), login.password()));
  }

  private static DemoUsers.Person person(String name, String role, List<Integer> companies) {
    return new DemoUsers.Person(
        name + "@example.com", name, "", List.of(role), Map.of("company_ids", companies));
  }

  private static String resource(String name) throws IOException {
    try (var stream = PlatformTest.class.getResourceAsStream(name)) {
      return new String(
          java.util.Objects.requireNonNull(stream).readAllBytes(),
          java.nio.charset.StandardCharsets.UTF_8);
    }
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(platform.apiUrl() + path))
        .timeout(Duration.ofSeconds(30));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  private static HttpResponse<String> get(String path, String token) throws Exception {
    return send(request(path).header("Authorization", "Bearer " + token));
  }

  private static JsonNode signIn(String name) throws Exception {
    HttpResponse<String> answer =
        password(name + "@example.com", PASSWORDS.getOrDefault(name + "@example.com", ""));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.read(answer.body());
  }

  private static String token(String name) throws Exception {
    return signIn(name).path("access_token").asString();
  }

  private static HttpResponse<String> password(String email, String password, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        request("/auth/v1/token?grant_type=password")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(Json.text(Map.of("email", email, "password", password))));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return send(request);
  }

  @Test
  @Tag("REQ-SERVER-002")
  void itLivesAndIsReady() throws Exception {
    assertThat(send(request("/health/live")).statusCode()).isEqualTo(200);
    HttpResponse<String> ready = send(request("/health/ready"));
    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(ready.body()).contains("\"database\":\"up\"", "\"disk\":\"up\"");
  }

  @Test
  @Tag("REQ-SERVER-010")
  void everyAnswerCarriesItsIdAndItsGuards() throws Exception {
    for (String path : List.of("/health/live", "/nothing", "/console/sign-in", "/api/v1/layers")) {
      var headers = send(request(path).header("X-Request-Id", "my-request-0001")).headers();
      assertThat(headers.firstValue("X-Request-Id")).as(path).contains("my-request-0001");
      assertThat(headers.firstValue("X-Content-Type-Options")).contains("nosniff");
      assertThat(headers.firstValue("X-Frame-Options")).contains("DENY");
      assertThat(headers.firstValue("Content-Security-Policy").orElse(""))
          .contains("default-src 'none'", "frame-ancestors 'none'")
          .doesNotContain("unsafe");
      assertThat(headers.firstValue("Server")).isEmpty();
    }
    String traced = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    assertThat(
            send(request("/health/live").header("traceparent", traced))
                .headers()
                .firstValue("X-Request-Id"))
        .contains("4bf92f3577b34da6a3ce929d0e0e4736");
    assertThat(
            send(request("/health/live").header("X-Request-Id", "bad id <script>"))
                .headers()
                .firstValue("X-Request-Id")
                .orElse(""))
        .matches("[0-9a-f]{32}");
  }

  @Test
  @Tag("REQ-SERVER-010")
  void badFramingIsRefusedAndNothingIsSmuggled() throws Exception {
    String smuggled = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";
    List<String> attacks =
        List.of(
            "POST /auth/v1/token HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde",
            "POST /auth/v1/token HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
            "GET /health/live HTTP/1.1\r\nHost : x\r\n\r\n",
            "GET /health/live HTTP/1.1\r\n\r\n",
            "GET /health/live HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
    for (String attack : attacks) {
      try (RawHttp raw = new RawHttp(platform.apiUrl())) {
        assertThat(raw.send(attack).read()).as(attack).startsWith("HTTP/1.1 400");
      }
    }
    // A body that breaks off is no request: the connection ends, with or without a word.
    try (RawHttp raw = new RawHttp(platform.apiUrl())) {
      String broken =
          "POST /auth/v1/token HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n";
      assertThat(raw.send(broken + smuggled).read()).doesNotContain("200 OK");
    }
    // Length and chunks at once: whichever counts, what follows is not taken for a request.
    try (RawHttp raw = new RawHttp(platform.apiUrl())) {
      String both =
          "POST /health/live HTTP/1.1\r\nHost: x\r\nContent-Length: "
              + (5 + smuggled.length())
              + "\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
              + smuggled;
      String answers = raw.send(both).read();
      assertThat(answers.split("HTTP/1.1 ", -1)).as(answers).hasSize(2);
    }
  }

  @Test
  @Tag("REQ-SERVER-010")
  void whatIsTooLargeIsRefused() throws Exception {
    assertThat(
            send(request("/auth/v1/token?grant_type=password")
                    .POST(BodyPublishers.ofString("x".repeat(100_000))))
                .statusCode())
        .isEqualTo(413);
    try (RawHttp raw = new RawHttp(platform.apiUrl())) {
      assertThat(raw.send("GET /" + "x".repeat(9_000) + " HTTP/1.1\r\nHost: x\r\n\r\n").read())
          .matches("(?s)HTTP/1\\.[01] 4.*");
    }
    try (RawHttp raw = new RawHttp(platform.apiUrl())) {
      assertThat(
              raw.send("GET / HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(20_000) + "\r\n\r\n").read())
          .matches("(?s)HTTP/1\\.[01] 4.*");
    }
  }

  @Test
  @Tag("REQ-SERVER-010")
  void slowClientsDoNotHoldOthersUp() throws Exception {
    List<RawHttp> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 50; i++) {
        slow.add(
            new RawHttp(platform.apiUrl()).send("GET /health/live HTTP/1.1\r\nHost: x\r\nX-A: "));
      }
      long start = System.nanoTime();
      assertThat(send(request("/health/live")).statusCode()).isEqualTo(200);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
      assertThat(slow.getFirst().read()).as("closed after its deadline").isEmpty();
    } finally {
      for (RawHttp raw : slow) {
        raw.close();
      }
    }
  }

  @Test
  @Tag("REQ-SERVER-010")
  void pagesOfOtherOriginsMayUseTokensButNotTheConsole() throws Exception {
    HttpRequest.Builder preflight =
        request("/api/v1/layers")
            .method("OPTIONS", BodyPublishers.noBody())
            .header("Origin", "https://app.example")
            .header("Access-Control-Request-Method", "GET")
            .header("Access-Control-Request-Headers", "authorization, apikey");
    HttpResponse<String> answer = send(preflight);
    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Credentials")).isEmpty();
    assertThat(
            send(request("/console/sign-in").header("Origin", "https://app.example"))
                .headers()
                .firstValue("Access-Control-Allow-Origin"))
        .isEmpty();
  }

  @Test
  @Tag("REQ-SERVER-011")
  void metricsAreForTheMachineItself() throws Exception {
    HttpResponse<String> metrics = send(request("/metrics"));
    assertThat(metrics.body()).contains("ipai_http_connections");
    assertThat(send(request("/metrics").header("X-Forwarded-For", "203.0.113.7")).statusCode())
        .isEqualTo(404);
    try (RawHttp raw = new RawHttp(platform.apiUrl())) {
      assertThat(
              raw.send("GET /metrics HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
                  .read())
          .startsWith("HTTP/1.1 404");
    }
  }

  @Test
  @Tag("REQ-SERVER-003")
  void aBadTokenIsNeverTakenForNobody() throws Exception {
    String good = token("bruno");
    for (String path : List.of("/api/v1/layers", "/api/v1/openapi.json", "/auth/v1/user")) {
      for (String bad : List.of(good + "x", good.substring(0, good.length() - 3), "nonsense", "")) {
        assertThat(get(path, bad).statusCode()).as(path + " " + bad.length()).isEqualTo(401);
      }
      assertThat(send(request(path).header("Authorization", "Basic dXNlcjpwdw==")).statusCode())
          .isEqualTo(401);
    }
    assertThat(send(request("/api/v1/layers")).statusCode()).isEqualTo(401);
  }

  @Test
  @Tag("REQ-SERVER-005")
  void signingInAnswersAsSupabaseDoes() throws Exception {
    JsonNode session = signIn("alma");
    assertThat(session.path("token_type").asString()).isEqualTo("bearer");
    assertThat(session.path("expires_in").asInt()).isEqualTo(3600);
    assertThat(session.path("user").path("email").asString()).isEqualTo("alma@example.com");
    assertThat(session.path("user").path("app_metadata").path("ipai_roles").path(0).asString())
        .isEqualTo("ipai_platform_admin");
    HttpResponse<String> user = get("/auth/v1/user", session.path("access_token").asString());
    assertThat(Json.read(user.body()).path("id").asString())
        .isEqualTo(session.path("user").path("id").asString());
    HttpResponse<String> wrong = password("alma@example.com", "wrong");
    HttpResponse<String> unknown = password("nobody@example.com", "wrong");
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(wrong.body()).isEqualTo(unknown.body()).contains("invalid_credentials");
  }

  private static HttpResponse<String> refresh(String token) throws Exception {
    return send(
        request("/auth/v1/token?grant_type=refresh_token")
            .POST(BodyPublishers.ofString(Json.text(Map.of("refresh_token", token)))));
  }

  @Test
  @Tag("REQ-SERVER-005")
  void aRefreshTokenIsGoodOnceAndReuseEndsTheSession() throws Exception {
    String first = signIn("alma").path("refresh_token").asString();
    JsonNode second = Json.read(refresh(first).body());
    assertThat(second.path("refresh_token").asString()).isNotEmpty().isNotEqualTo(first);
    ageRefreshTokens();
    assertThat(refresh(first).statusCode()).isEqualTo(400);
    assertThat(refresh(second.path("refresh_token").asString()).statusCode()).isEqualTo(400);
  }

  private static void ageRefreshTokens() throws SQLException {
    platform
        .installation()
        .control()
        .run(
            ai.ipai.postgres.caller.CallerOptions.writing(),
            connection -> {
              try (Statement statement = connection.createStatement()) {
                return statement.executeUpdate(
                    "update auth.refresh_tokens set updated_at = now() - interval '1 minute'");
              }
            });
  }

  @Test
  @Tag("REQ-SERVER-005")
  void signingOutEndsTheSession() throws Exception {
    JsonNode session = signIn("alma");
    HttpResponse<String> out =
        send(
            request("/auth/v1/logout")
                .header("Authorization", "Bearer " + session.path("access_token").asString())
                .POST(BodyPublishers.noBody()));
    assertThat(out.statusCode()).isEqualTo(204);
    assertThat(refresh(session.path("refresh_token").asString()).statusCode()).isEqualTo(400);
  }

  @Test
  @Tag("REQ-SERVER-005")
  void guessingEndsAtTheTenthTryWhateverTheHeadersSay() throws Exception {
    for (int i = 1; i <= 12; i++) {
      HttpResponse<String> answer =
          password("guessed@example.com", "guess " + i, "X-Forwarded-For", "203.0.113." + i);
      assertThat(answer.statusCode()).as("try " + i).isEqualTo(i < 10 ? 400 : 429);
    }
    HttpResponse<String> right =
        password("GUESSED@example.com ".strip(), PASSWORDS.getOrDefault("guessed@example.com", ""));
    assertThat(right.statusCode()).isEqualTo(429);
    assertThat(right.headers().firstValue("Retry-After")).isPresent();
    assertThat(signIn("alma").has("access_token")).as("others are not held up").isTrue();
  }

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

  @Test
  void theDescriptionNamesEveryRoute() throws Exception {
    JsonNode description = Json.read(send(request("/api/v1/openapi.json")).body());
    assertThat(description.path("openapi").asString()).isEqualTo("3.1.0");
    assertThat(description.path("paths").has("/api/v1/tables/{schema}/{table}/rows")).isTrue();
    assertThat(description.path("paths").has("/auth/v1/token")).isTrue();
  }

  @Test
  @Tag("REQ-CONSOLE-002")
  void theConsoleShowsEachVisitorTheirOwn() throws Exception {
    Browser bruno = new Browser("bruno");
    Browser alma = new Browser("alma");
    assertThat(bruno.page("/console/tables"))
        .contains("gold_finance.profit")
        .doesNotContain("partner");
    assertThat(alma.page("/console/tables")).contains("silver_erp.partner");
    assertThat(bruno.status("/console/tables/silver_erp/partner")).isEqualTo(404);
    assertThat(bruno.status("/console/audit")).isEqualTo(404);
    assertThat(alma.page("/console/tables/silver_erp/partner"))
        .contains("&lt;script&gt;alert(1)")
        .doesNotContain("<script>alert");
    assertThat(bruno.page("/console/dashboards/finance/tiles/0"))
        .contains("2,400.00")
        .doesNotContain("PHP");
    for (String path :
        List.of(
            "/console",
            "/console/runs",
            "/console/tests",
            "/console/search?q=x",
            "/console/dashboards/finance")) {
      assertThat(alma.status(path)).as(path).isEqualTo(200);
      assertThat(bruno.status(path)).as(path).isEqualTo(200);
    }
    assertThat(send(request("/console")).statusCode()).isEqualTo(303);
  }

  @Test
  @Tag("REQ-CONSOLE-003")
  void formsOfOtherSitesAreRefused() throws Exception {
    Browser alma = new Browser("alma");
    HttpResponse<String> foreign =
        send(
            request("/console/sign-out")
                .header("Cookie", alma.cookies)
                .header("Sec-Fetch-Site", "cross-site")
                .POST(BodyPublishers.ofString("form_token=" + alma.formToken())));
    assertThat(foreign.statusCode()).isEqualTo(403);
    HttpResponse<String> withoutToken =
        send(
            request("/console/sign-out")
                .header("Cookie", alma.cookies)
                .POST(BodyPublishers.ofString("form_token=" + new Browser("bruno").formToken())));
    assertThat(withoutToken.statusCode()).isEqualTo(403);
    assertThat(alma.status("/console")).isEqualTo(200);
  }

  @Test
  @Tag("REQ-SERVER-008")
  void sqlOfACallerIsThatCallersAlone() throws Exception {
    Installation installation = platform.installation();
    CallerSql sql =
        new CallerSql(installation.auditReads(), new SessionClaims(installation.control()));
    CallerSql.Writer writer = CallerSql.Writer.owning("user:bruno");
    String all = "select distinct company_id from gold_finance.profit order by 1";
    try (Connection bruno = new SqlLogins(installation).open("bruno@example.com")) {
      Page page = sql.run(bruno, writer, all, 10, "r1");
      assertThat(page.rows()).containsExactly(List.of(1L), List.of(2L));
    }
    for (String attack :
        List.of(
            "select ipai.claims() from gold_finance.profit where company_id = 3",
            "select count(*) from silver_erp.partner",
            "select current_setting('request.jwt.claims', true) from auth.users")) {
      try (Connection bruno = new SqlLogins(installation).open("bruno@example.com")) {
        Page page = sql.run(bruno, writer, attack, 10, "r2");
        assertThat(page.rows()).as(attack).isEmpty();
      } catch (IpaiException refused) {
        assertThat(refused.code().id()).startsWith("GW-");
      }
    }
    try (Connection forged = new SqlLogins(installation).open("bruno@example.com");
        Statement statement = forged.createStatement()) {
      statement.execute(
          "set request.jwt.claims = '{\"app_metadata\":{\"ipai_roles\":[\"ipai_platform_admin\"]},\"company_ids\":[3]}'");
      assertThat(sql.run(forged, writer, all, 10, "r3").rows())
          .containsExactly(List.of(1L), List.of(2L));
    }
  }

  @Test
  @Tag("REQ-ACCESS-017")
  void claimsAreBoundToTheTransactionOfALoginThatCallersShare() throws Exception {
    Installation installation = platform.installation();
    CallerSql sql =
        new CallerSql(installation.auditReads(), new SessionClaims(installation.control()));
    String all = "select distinct company_id from gold_finance.profit order by 1";
    for (long company : List.of(1L, 3L)) {
      String claims =
          "{\"role\":\"authenticated\",\"app_metadata\":{\"ipai_roles\":[\"ipai_bi_developer\"]},\"company_ids\":["
              + company
              + "]}";
      CallerSql.Writer writer =
          new CallerSql.Writer("role:ipai_bi_developer", Optional.of(claims), "");
      try (Connection shared = installation.database().open(Login.SQL_BI_DEVELOPER)) {
        assertThat(sql.run(shared, writer, all, 10, "r4").rows()).containsExactly(List.of(company));
        CallerSql.Writer role = CallerSql.Writer.owning("role:ipai_bi_developer");
        assertThat(sql.run(shared, role, all, 10, "r5").rows()).isEmpty();
      }
    }
  }

  @Test
  @Tag("REQ-SERVER-013")
  void theDoctorFindsNothingWrong() throws Exception {
    List<Finding> findings = new Doctor(platform.installation().config()).examine();
    assertThat(findings).filteredOn(f -> f.state() == Finding.State.FAULT).isEmpty();
    assertThat(findings)
        .extracting(Finding::subject)
        .contains("java", "disk", "database", "login", "clock", "roles", "protection");
  }

  @Test
  @Tag("REQ-SERVER-013")
  void theDoctorNamesATableWithoutRowSecurity() throws Exception {
    try (Connection owner = PostgresClient.open(platform.installation().requireOwner(), "test");
        Statement statement = owner.createStatement()) {
      statement.execute("set role ipai_publisher; create table gold_finance.open_door (a int)");
      try {
        assertThat(new Doctor(platform.installation().config()).examine())
            .anySatisfy(f -> assertThat(f.found()).contains("gold_finance.open_door"));
      } finally {
        statement.execute("drop table gold_finance.open_door");
      }
    }
  }

  @Test
  void loginsOfTheDemoAreTheirOwnersSecret() throws Exception {
    Path file = dataDir.resolve("demo-logins.json");
    assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
    assertThat(DemoUsers.logins(dataDir)).hasSize(6);
  }

  /** Cookies and pages. */
  private static final class Browser {
    private final String cookies;

    private Browser(String name) throws Exception {
      String email = name + "@example.com";
      HttpResponse<String> answer =
          send(
              request("/console/sign-in")
                  .header("Sec-Fetch-Site", "same-origin")
                  .POST(
                      BodyPublishers.ofString(
                          "email=" + email + "&password=" + PASSWORDS.getOrDefault(email, ""))));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
      List<String> set = answer.headers().allValues("Set-Cookie");
      assertThat(set)
          .hasSize(2)
          .allSatisfy(c -> assertThat(c).contains("HttpOnly", "SameSite=Strict", "Path=/console"));
      cookies = String.join("; ", set.stream().map(c -> c.replaceFirst(";.*", "")).toList());
    }

    private HttpResponse<String> get(String path) throws Exception {
      return send(request(path).header("Cookie", cookies));
    }

    private int status(String path) throws Exception {
      return get(path).statusCode();
    }

    private String page(String path) throws Exception {
      HttpResponse<String> answer = get(path);
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      return answer.body();
    }

    private String formToken() throws Exception {
      Matcher matcher =
          Pattern.compile("name=\"form_token\" value=\"([0-9a-f]+)\"").matcher(page("/console"));
      assertThat(matcher.find()).isTrue();
      return matcher.group(1);
    }
  }
}
