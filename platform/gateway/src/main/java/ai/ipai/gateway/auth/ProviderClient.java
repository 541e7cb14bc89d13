package ai.ipai.gateway.auth;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.gateway.http.Json;
import ai.ipai.spi.error.IpaiException;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Asks an OpenID Connect provider: its description, its keys, an ID token for a code. Only the
 * issuer's own host is asked, or others by HTTPS at public addresses; redirects are not followed
 * and answers are small.
 */
final class ProviderClient implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration KEEP = Duration.ofMinutes(10);
  private static final int MAX_BYTES = 256 * 1024;
  private static final int MAX_TOKEN = 16 * 1024;
  private static final long TOLERANCE_SECONDS = 60;

  private final IdentityProvider provider;
  private final Clock clock;
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(TIMEOUT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private volatile @Nullable Description known;

  /** What a provider says of itself. */
  record Description(URI authorization, URI token, URI keys, long readAtNanos) {}

  /**
   * Whom an ID token is about.
   *
   * @param isEmailVerified whether the provider stands for the address
   */
  record Person(String subject, String email, boolean isEmailVerified, JsonNode claims) {}

  ProviderClient(IdentityProvider provider, Clock clock) {
    this.provider = provider;
    this.clock = clock;
  }

  Description describe() {
    Description now = known;
    if (now != null && System.nanoTime() - now.readAtNanos() < KEEP.toNanos()) {
      return now;
    }
    String issuer = provider.issuer().toString();
    URI address = URI.create(issuer.replaceFirst("/$", "") + "/.well-known/openid-configuration");
    JsonNode document = json(HttpRequest.newBuilder(address).GET());
    if (!document.path("issuer").asString("").equals(issuer)) {
      throw failed("the provider names another issuer than itself", null);
    }
    Description read =
        new Description(
            endpoint(document, "authorization_endpoint"),
            endpoint(document, "token_endpoint"),
            endpoint(document, "jwks_uri"),
            System.nanoTime());
    known = read;
    return read;
  }

  private URI endpoint(JsonNode document, String name) {
    try {
      return guarded(URI.create(document.path(name).asString("")));
    } catch (IllegalArgumentException e) {
      throw failed("the provider's description lacks " + name, e);
    }
  }

  /** On the issuer's own scheme, host and port, or by HTTPS at addresses of the public network. */
  private URI guarded(URI uri) {
    URI issuer = provider.issuer();
    boolean isOwn =
        Objects.equals(uri.getScheme(), issuer.getScheme())
            && Objects.equals(uri.getHost(), issuer.getHost())
            && uri.getPort() == issuer.getPort();
    if (isOwn) {
      return uri;
    }
    if (!"https".equals(uri.getScheme()) || uri.getHost() == null || uri.getUserInfo() != null) {
      throw failed("an address of the provider is not served by HTTPS", null);
    }
    try {
      for (InetAddress address : InetAddress.getAllByName(uri.getHost())) {
        if (address.isAnyLocalAddress()
            || address.isLoopbackAddress()
            || address.isLinkLocalAddress()
            || address.isSiteLocalAddress()
            || address.isMulticastAddress()
            || (address.getAddress().length == 16 && (address.getAddress()[0] & 0xfe) == 0xfc)) {
          throw failed("an address of the provider is not in the public network", null);
        }
      }
    } catch (UnknownHostException e) {
      throw failed("an address of the provider has no host", e);
    }
    return uri;
  }

  /** The person of a code; everything the token says is checked (OpenID Connect Core, 3.1.3.7). */
  Person exchange(String code, String verifier, String nonce, String redirectUri) {
    Description description = describe();
    Map<String, String> form =
        Map.of(
            "grant_type",
            "authorization_code",
            "code",
            code,
            "redirect_uri",
            redirectUri,
            "client_id",
            provider.clientId(),
            "code_verifier",
            verifier);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(guarded(description.token()))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(
                BodyPublishers.ofString(
                    form.entrySet().stream()
                        .map(e -> e.getKey() + "=" + ProofMail.encoded(e.getValue()))
                        .collect(Collectors.joining("&"))));
    provider
        .clientSecret()
        .get()
        .ifPresent(
            secret ->
                request.header(
                    "Authorization",
                    "Basic "
                        + Base64.getEncoder()
                            .encodeToString(
                                (ProofMail.encoded(provider.clientId())
                                        + ":"
                                        + ProofMail.encoded(secret))
                                    .getBytes(StandardCharsets.UTF_8))));
    JsonNode claims = claims(json(request).path("id_token").asString(""), description);
    check(claims, nonce);
    return new Person(
        claims.path("sub").asString(""),
        claims.path("email").asString(""),
        claims.path("email_verified").asBoolean(false),
        claims);
  }

  private JsonNode claims(String token, Description description) {
    if (token.isEmpty() || token.length() > MAX_TOKEN) {
      throw failed("the provider gave no ID token", null);
    }
    try {
      JWSObject signed = JWSObject.parse(token);
      JWKSet keys =
          JWKSet.parse(Json.text(json(HttpRequest.newBuilder(guarded(description.keys())).GET())));
      String id = signed.getHeader().getKeyID();
      for (JWK key : keys.getKeys()) {
        if ((id == null || id.equals(key.getKeyID())) && verifies(key, signed)) {
          return Json.object(signed.getPayload().toBytes());
        }
      }
    } catch (ParseException e) {
      throw failed("the provider's ID token cannot be read", e);
    }
    throw failed("the provider's ID token is signed by none of its keys", null);
  }

  /** The key decides the algorithm, not the token. */
  private static boolean verifies(JWK key, JWSObject token) {
    JWSAlgorithm algorithm = token.getHeader().getAlgorithm();
    try {
      return switch (key) {
        case RSAKey rsa ->
            (JWSAlgorithm.RS256.equals(algorithm) || JWSAlgorithm.PS256.equals(algorithm))
                && token.verify(new RSASSAVerifier(rsa));
        case ECKey curve ->
            Curve.P_256.equals(curve.getCurve())
                && JWSAlgorithm.ES256.equals(algorithm)
                && token.verify(new ECDSAVerifier(curve));
        default -> false;
      };
    } catch (JOSEException e) {
      return false;
    }
  }

  private void check(JsonNode claims, String nonce) {
    long now = clock.instant().getEpochSecond();
    JsonNode audience = claims.path("aud");
    boolean isForUs =
        audience.isArray()
            ? audience.size() == 1 && audience.path(0).asString("").equals(provider.clientId())
            : audience.asString("").equals(provider.clientId());
    boolean isGood =
        claims.path("iss").asString("").equals(provider.issuer().toString())
            && isForUs
            && claims.path("azp").asString(provider.clientId()).equals(provider.clientId())
            && claims.path("exp").asLong(0) > now - TOLERANCE_SECONDS
            && claims.path("iat").asLong(Long.MAX_VALUE) < now + TOLERANCE_SECONDS
            && claims.path("nbf").asLong(0) < now + TOLERANCE_SECONDS
            && claims.path("nonce").asString("").equals(nonce)
            && !claims.path("sub").asString("").isEmpty();
    if (!isGood) {
      throw failed("the provider's ID token is not for this sign-in", null);
    }
  }

  private JsonNode json(HttpRequest.Builder request) {
    try {
      HttpResponse<InputStream> answer =
          http.send(
              request.timeout(TIMEOUT).header("Accept", "application/json").build(),
              HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = answer.body()) {
        byte[] bytes = body.readNBytes(MAX_BYTES + 1);
        if (answer.statusCode() != 200 || bytes.length > MAX_BYTES) {
          throw failed("the provider answers " + answer.statusCode(), null);
        }
        return Json.read(new String(bytes, StandardCharsets.UTF_8));
      }
    } catch (IOException | JacksonException e) {
      throw failed("the provider does not answer as it should", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("asking the provider was interrupted", e);
    }
  }

  private static IpaiException failed(String message, @Nullable Exception cause) {
    return new IpaiException(GatewayErrors.PROVIDER_FAILED, message, cause)
        .fact("authCode", "bad_oauth_callback");
  }

  @Override
  public void close() {
    http.close();
  }
}
