package ai.ipai.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.gateway.http.Json;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Signing in, staying signed in, and guessing. */
class SignInPlatformTest extends SmallCompany {
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
  void loginsOfTheDemoAreTheirOwnersSecret() throws Exception {
    Path file = dataDir.resolve("demo-logins.json");
    assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
    assertThat(DemoUsers.logins(dataDir)).hasSize(6);
  }
}
