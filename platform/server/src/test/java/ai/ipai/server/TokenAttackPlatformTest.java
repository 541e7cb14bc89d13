package ai.ipai.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.gateway.http.Json;
import ai.ipai.gateway.token.KeyRing;
import ai.ipai.governance.vault.SecretActor;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Forged tokens of asymmetric keys, and keys that rotate. */
class TokenAttackPlatformTest extends SmallCompany {
  private static String part(String token, int index) {
    return new String(
        Base64.getUrlDecoder().decode(token.split("\\.", -1)[index]), StandardCharsets.UTF_8);
  }

  private static JsonNode publishedKey() throws Exception {
    return Json.read(send(request("/auth/v1/.well-known/jwks.json")).body()).path("keys").path(0);
  }

  private static String claims(String token, Map<String, Object> changed) {
    Map<String, Object> claims = new LinkedHashMap<>();
    Json.read(part(token, 1)).properties().forEach(e -> claims.put(e.getKey(), e.getValue()));
    claims.putAll(changed);
    return Json.text(claims);
  }

  private static int status(String token) throws Exception {
    return get("/auth/v1/user", token).statusCode();
  }

  @Test
  @Tag("REQ-AUTH-003")
  void thePublicKeyIsNoSecretAndTheHeaderDecidesNothing() throws Exception {
    String good = token("bruno");
    JsonNode header = Json.read(part(good, 0));
    assertThat(header.path("alg").asString()).isEqualTo("ES256");
    assertThat(status(good)).isEqualTo(200);
    String keyId = header.path("kid").asString();
    ECKey published = ECKey.parse(publishedKey().toString());
    assertThat(published.isPrivate()).isFalse();
    assertThat(published.getKeyID()).isEqualTo(keyId);

    for (byte[] secret :
        List.of(
            published.toECPublicKey().getEncoded(),
            publishedKey().toString().getBytes(StandardCharsets.UTF_8),
            published.getX().decode(),
            pem(published))) {
      JWSObject confused =
          new JWSObject(
              new JWSHeader.Builder(JWSAlgorithm.HS256)
                  .type(JOSEObjectType.JWT)
                  .keyID(keyId)
                  .build(),
              new Payload(part(good, 1)));
      confused.sign(new MACSigner(secret));
      assertThat(status(confused.serialize())).isEqualTo(401);
    }
    String none =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString("{\"alg\":\"none\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8));
    assertThat(status(none + "." + good.split("\\.", -1)[1] + ".")).isEqualTo(401);
  }

  private static byte[] pem(ECKey key) throws Exception {
    return ("-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(key.toECPublicKey().getEncoded())
            + "\n-----END PUBLIC KEY-----\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  @Tag("REQ-AUTH-003")
  void aForeignKeyUnderOurIdOrAnotherProvesNothing() throws Exception {
    String good = token("bruno");
    String keyId = Json.read(part(good, 0)).path("kid").asString();
    ECKey foreign = new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).generate();
    for (String id : List.of(keyId, foreign.getKeyID(), "../../etc/passwd", "")) {
      JWSHeader.Builder header = new JWSHeader.Builder(JWSAlgorithm.ES256).type(JOSEObjectType.JWT);
      JWSObject forged =
          new JWSObject(
              (id.isEmpty() ? header : header.keyID(id)).build(), new Payload(part(good, 1)));
      forged.sign(new ECDSASigner(foreign));
      assertThat(status(forged.serialize())).as(id).isEqualTo(401);
    }
    JWSObject bringsItsKey =
        new JWSObject(
            new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(JOSEObjectType.JWT)
                .jwk(foreign.toPublicJWK())
                .build(),
            new Payload(part(good, 1)));
    bringsItsKey.sign(new ECDSASigner(foreign));
    assertThat(status(bringsItsKey.serialize())).isEqualTo(401);
    String altered =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(
                claims(good, Map.of("role", "service_role")).getBytes(StandardCharsets.UTF_8));
    String[] parts = good.split("\\.", -1);
    assertThat(status(parts[0] + "." + altered + "." + parts[2])).isEqualTo(401);
  }

  @Test
  @Tag("REQ-AUTH-003")
  void aNewKeySignsAndTokensOfTheOldOneStayGood() throws Exception {
    String before = token("bruno");
    String id =
        KeyRing.rotate(
            platform.installation().vault(),
            SecretActor.of("user:test", "ipai_platform_admin"),
            false);
    // Another server's new token is what makes this one look for the key.
    KeyRing other = KeyRing.open(platform.installation().vault());
    assertThat(other.published()).hasSizeGreaterThan(1);
    assertThat(other.published().getFirst().get("kid")).isEqualTo(id);
    ai.ipai.gateway.token.TokenMinter elsewhere =
        new ai.ipai.gateway.token.TokenMinter(
            platform.tokens().settings(), java.time.Clock.systemUTC());
    elsewhere.signWith(other);
    String subject = Json.read(part(before, 1)).path("sub").asString();
    String after = elsewhere.mint(Map.of("sub", subject), Duration.ofMinutes(5));
    assertThat(Json.read(part(after, 0)).path("kid").asString()).isEqualTo(id);
    long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (status(after) != 200 && System.nanoTime() < until) {
      Thread.onSpinWait();
    }
    assertThat(status(after)).isEqualTo(200);
    assertThat(status(before)).isEqualTo(200);
    assertThat(other.published().toString()).doesNotContain(", d=");
  }

  @Test
  @Tag("REQ-AUTH-004")
  void aStolenRefreshTokenEndsTheFamilyAndItsAccessTokens() throws Exception {
    JsonNode first = signIn("bruno");
    JsonNode second = renew(first);
    assertThat(renewStatus(second)).isEqualTo(200);
    platform
        .installation()
        .control()
        .run(
            ai.ipai.postgres.caller.CallerOptions.writing(),
            connection -> {
              try (var statement = connection.createStatement()) {
                return statement.executeUpdate(
                    "update auth.refresh_tokens set updated_at = now() - interval '1 minute'");
              }
            });
    assertThat(renewStatus(first)).as("the thief, or the robbed").isEqualTo(400);
    String access = second.path("access_token").asString();
    long until = System.nanoTime() + Duration.ofSeconds(1).toNanos();
    while (status(access) == 200 && System.nanoTime() < until) {
      Thread.onSpinWait();
    }
    assertThat(status(access)).isEqualTo(401);
  }

  private static JsonNode renew(JsonNode session) throws Exception {
    return Json.read(send(renewal(session)).body());
  }

  private static int renewStatus(JsonNode session) throws Exception {
    return send(renewal(session)).statusCode();
  }

  private static java.net.http.HttpRequest.Builder renewal(JsonNode session) {
    return request("/auth/v1/token?grant_type=refresh_token")
        .POST(
            java.net.http.HttpRequest.BodyPublishers.ofString(
                Json.text(Map.of("refresh_token", session.path("refresh_token").asString()))));
  }
}
