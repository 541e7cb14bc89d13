package ai.ipai.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.gateway.http.Json;
import ai.ipai.postgres.PostgresClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Ways into somebody else's account, for whoever has an old link, a password or a token of it. */
class AccountTakeoverPlatformTest extends SmallCompany {
  private static final String PASSWORD = "a long password";

  private static HttpResponse<String> ask(String method, String path, String token, Object body)
      throws Exception {
    HttpRequest.Builder request =
        request(path).method(method, BodyPublishers.ofString(Json.text(body)));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return send(request);
  }

  private static JsonNode good(String method, String path, String token, Object body)
      throws Exception {
    HttpResponse<String> answer = ask(method, path, token, body);
    assertThat(answer.statusCode()).as(path + "\n" + answer.body()).isEqualTo(200);
    return Json.read(answer.body());
  }

  private static String service() {
    return platform.tokens().minter().mint(Map.of("role", "service_role"), Duration.ofMinutes(5));
  }

  /** Returns the id. */
  private static String newUser(String name) throws Exception {
    return good(
            "POST",
            "/auth/v1/admin/users",
            service(),
            Map.of("email", name + "@app.test", "password", PASSWORD, "email_confirm", true))
        .path("id")
        .asString();
  }

  private static JsonNode enter(String name) throws Exception {
    return good(
        "POST",
        "/auth/v1/token?grant_type=password",
        "",
        Map.of("email", name + "@app.test", "password", PASSWORD));
  }

  private static String access(JsonNode session) {
    return session.path("access_token").asString();
  }

  private static JsonNode recoveryLink(String name) throws Exception {
    return good(
        "POST",
        "/auth/v1/admin/generate_link",
        service(),
        Map.of("type", "recovery", "email", name + "@app.test"));
  }

  private static int taken(JsonNode link) throws Exception {
    return ask(
            "POST",
            "/auth/v1/verify",
            "",
            Map.of("type", "recovery", "token_hash", link.path("hashed_token").asString()))
        .statusCode();
  }

  @Test
  @Tag("REQ-AUTH-006")
  void anotherPasswordVoidsTheLinksOfBefore() throws Exception {
    String id = newUser("ada");
    JsonNode before = recoveryLink("ada");
    good("PUT", "/auth/v1/user", access(enter("ada")), Map.of("password", "another password"));
    assertThat(taken(before)).as("a link from before").isNotEqualTo(200);

    JsonNode again = recoveryLink("ada");
    good("PUT", "/auth/v1/admin/users/" + id, service(), Map.of("password", "a third password"));
    assertThat(taken(again)).as("and from before the administrator's").isNotEqualTo(200);
    assertThat(taken(recoveryLink("ada"))).isEqualTo(200);
  }

  @Test
  @Tag("REQ-AUTH-006")
  void lookingAtALinkDoesNotUseIt() throws Exception {
    newUser("head");
    JsonNode link = recoveryLink("head");
    String path = link.path("action_link").asString().replaceFirst("^https?://[^/]+", "");
    HttpResponse<String> looked = send(request(path).method("HEAD", BodyPublishers.noBody()));
    assertThat(looked.statusCode()).isEqualTo(204);
    assertThat(taken(link)).isEqualTo(200);
    assertThat(taken(link)).as("once").isNotEqualTo(200);
  }

  @Test
  @Tag("REQ-AUTH-004")
  void withinTheGraceATokenWhoseSuccessorWasUsedIsACopy() throws Exception {
    newUser("grace");
    JsonNode first = enter("grace");
    JsonNode second = Json.read(renewal(first).body());
    assertThat(renewal(first).statusCode()).as("an answer got lost").isEqualTo(200);
    JsonNode third = Json.read(renewal(second).body());
    assertThat(third.has("refresh_token")).isTrue();
    assertThat(renewal(first).statusCode()).as("somebody else has it").isEqualTo(400);
    assertThat(renewal(third).statusCode()).as("and the session has ended").isEqualTo(400);
  }

  private static HttpResponse<String> renewal(JsonNode session) throws Exception {
    return ask(
        "POST",
        "/auth/v1/token?grant_type=refresh_token",
        "",
        Map.of("refresh_token", session.path("refresh_token").asString()));
  }

  @Test
  @Tag("REQ-AUTH-008")
  void aFactorOfWhoeverHasThePasswordIsNoWayAroundTheOwners() throws Exception {
    String id = newUser("mallory");
    String thief = access(enter("mallory"));
    JsonNode prepared = enrol(thief, "thief's");
    String challenge = challenge(thief, prepared);

    String owner = access(enter("mallory"));
    JsonNode own = enrol(owner, "own");
    verify(owner, own, challenge(owner, own), 200);

    assertThat(good("GET", "/auth/v1/admin/users/" + id + "/factors", service(), Map.of()))
        .hasSize(1);
    String late = access(enter("mallory"));
    verify(late, prepared, challenge, 404);
    assertThat(
            ask(
                    "POST",
                    "/auth/v1/factors",
                    late,
                    Map.of("factor_type", "totp", "friendly_name", "late"))
                .body())
        .contains("insufficient_aal");
  }

  @Test
  @Tag("REQ-AUTH-008")
  void whetherAPasswordIsTheSameIsToldToTheSecondFactorsHolderOnly() throws Exception {
    newUser("oracle");
    String owner = access(enter("oracle"));
    JsonNode own = enrol(owner, "own");
    verify(owner, own, challenge(owner, own), 200);
    String half = access(enter("oracle"));
    for (String guess : new String[] {PASSWORD, "some other password"}) {
      assertThat(ask("PUT", "/auth/v1/user", half, Map.of("password", guess)).body())
          .as(guess)
          .contains("insufficient_aal");
    }
  }

  private static JsonNode enrol(String token, String name) throws Exception {
    return good(
        "POST", "/auth/v1/factors", token, Map.of("factor_type", "totp", "friendly_name", name));
  }

  private static String challenge(String token, JsonNode factor) throws Exception {
    return good("POST", path(factor) + "/challenge", token, Map.of()).path("id").asString();
  }

  private static String path(JsonNode factor) {
    return "/auth/v1/factors/" + factor.path("id").asString();
  }

  private static void verify(String token, JsonNode factor, String challenge, int expected)
      throws Exception {
    String code = code(factor.path("totp").path("secret").asString());
    HttpResponse<String> answer =
        ask(
            "POST",
            path(factor) + "/verify",
            token,
            Map.of("challenge_id", challenge, "code", code));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(expected);
  }

  /** RFC 6238, as an authenticator's app does it. */
  private static String code(String base32) throws Exception {
    ByteBuffer secret = ByteBuffer.allocate(base32.length() * 5 / 8);
    long bits = 0;
    int held = 0;
    for (int i = 0; i < base32.length(); i++) {
      bits = bits << 5 | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(base32.charAt(i));
      held += 5;
      if (held >= Byte.SIZE) {
        held -= Byte.SIZE;
        secret.put((byte) (bits >> held));
      }
    }
    Mac mac = Mac.getInstance("HmacSHA1");
    mac.init(new SecretKeySpec(secret.array(), "HmacSHA1"));
    long step = Instant.now().getEpochSecond() / 30;
    byte[] hash = mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(step).array());
    int at = hash[hash.length - 1] & 0xf;
    return String.format(
        Locale.ROOT, "%06d", (ByteBuffer.wrap(hash).getInt(at) & 0x7fffffff) % 1_000_000);
  }

  @Test
  @Tag("REQ-AUTH-010")
  void changesOfAPasswordAreLimited() throws Exception {
    newUser("eager");
    String token = access(enter("eager"));
    for (int i = 1; i <= 11; i++) {
      HttpResponse<String> answer =
          ask("PUT", "/auth/v1/user", token, Map.of("password", PASSWORD));
      assertThat(answer.statusCode()).as("try " + i).isEqualTo(i <= 10 ? 422 : 429);
    }
  }

  @Test
  @Tag("REQ-AUTH-009")
  void aHashThatIsDearToCheckIsRefused() throws Exception {
    HttpResponse<String> answer =
        ask(
            "POST",
            "/auth/v1/admin/users",
            service(),
            Map.of(
                "email",
                "dear@app.test",
                "password_hash",
                "$2a$31$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i"));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).contains("too dear");
  }

  @Test
  @Tag("REQ-AUTH-009")
  void whoAdministersWithoutTheKeyIsOnRecord() throws Exception {
    HttpResponse<String> answer = get("/auth/v1/admin/users", token("bruno"));
    assertThat(answer.statusCode()).isEqualTo(403);
    String request = answer.headers().firstValue("X-Request-Id").orElseThrow();
    try (Connection owner = PostgresClient.open(platform.installation().requireOwner(), "test");
        Statement statement = owner.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select decision || ' ' || reason from ipai.audit_log where action = 'auth.admin'"
                    + " and request_id = '"
                    + request
                    + "'")) {
      assertThat(row.next()).isTrue();
      assertThat(row.getString(1)).isEqualTo("deny not_admin");
    }
  }
}
