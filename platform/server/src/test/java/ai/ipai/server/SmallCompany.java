package ai.ipai.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.gateway.auth.AccountStore;
import ai.ipai.gateway.auth.PasswordHasher;
import ai.ipai.gateway.http.HttpLimits;
import ai.ipai.gateway.http.Json;
import ai.ipai.postgres.PostgresClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * A running platform with the small lakehouse and six people who sign in; one for each test class.
 */
abstract class SmallCompany {
  @TempDir static Path dataDir = Path.of("");

  @SuppressWarnings("NullAway.Init") // set before every test
  static Platform platform;

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
  static final Map<String, String> PASSWORDS = new HashMap<>();

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
      statement.execute(RunningPlatform.smallLakehouse());
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

  @AfterAll
  static void stop() {
    platform.close();
  }

  static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(platform.apiUrl() + path))
        .timeout(Duration.ofSeconds(30));
  }

  static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  static HttpResponse<String> get(String path, String token) throws Exception {
    return send(request(path).header("Authorization", "Bearer " + token));
  }

  static JsonNode signIn(String name) throws Exception {
    HttpResponse<String> answer =
        password(name + "@example.com", PASSWORDS.getOrDefault(name + "@example.com", ""));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.read(answer.body());
  }

  static String token(String name) throws Exception {
    return signIn(name).path("access_token").asString();
  }

  static HttpResponse<String> password(String email, String password, String... headers)
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

  /** Cookies and pages. */
  static final class Browser {
    final String cookies;

    Browser(String name) throws Exception {
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

    HttpResponse<String> get(String path) throws Exception {
      return send(request(path).header("Cookie", cookies));
    }

    int status(String path) throws Exception {
      return get(path).statusCode();
    }

    String page(String path) throws Exception {
      HttpResponse<String> answer = get(path);
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      return answer.body();
    }

    String formToken() throws Exception {
      Matcher matcher =
          Pattern.compile("name=\"form_token\" value=\"([0-9a-f]+)\"").matcher(page("/console"));
      assertThat(matcher.find()).isTrue();
      return matcher.group(1);
    }
  }
}
