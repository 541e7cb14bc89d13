package ai.ipai.gateway.token;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.spi.error.IpaiException;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Signs tokens with the installation's first secret, or users' tokens with its key ring. Not there
 * when a key set of others is used.
 */
public final class TokenMinter {
  /** How long the installation's two keys are good, as with Supabase. */
  public static final Duration KEY_LIFETIME = Duration.ofDays(3_650);

  /** As Supabase's: keys made on the same day by the same secret are the same text. */
  private static final Instant KEYS_ISSUED_AT = Instant.parse("2026-01-01T00:00:00Z");

  private final TokenSettings settings;
  private final Clock clock;
  private volatile @Nullable KeyRing ring;

  public TokenMinter(TokenSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /** Tokens for users are signed with these keys from now on; the installation's two are not. */
  public void signWith(KeyRing keys) {
    ring = keys;
  }

  /** The key for anonymous clients; the same text for the same secret. */
  public String anonKey() {
    return key("anon");
  }

  /** The key that stands for the installation itself; the same text for the same secret. */
  public String serviceRoleKey() {
    return key("service_role");
  }

  /**
   * A token for a user.
   *
   * @param claims beside {@code iss}, {@code iat}, {@code exp}; {@code aud} and {@code role} are
   *     {@code authenticated} unless given
   */
  public String mint(Map<String, ?> claims, Duration lifetime) {
    Instant now = clock.instant();
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("aud", settings.audience());
    all.put("role", "authenticated");
    all.putAll(claims);
    KeyRing keys = ring;
    if (keys != null) {
      return keys.sign(timed(all, now, now.plus(lifetime)));
    }
    return sign(all, now, now.plus(lifetime));
  }

  private String key(String role) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("aud", settings.audience());
    claims.put("role", role);
    return sign(claims, KEYS_ISSUED_AT, KEYS_ISSUED_AT.plus(KEY_LIFETIME));
  }

  private String sign(Map<String, Object> claims, Instant issuedAt, Instant expiresAt) {
    if (settings.secrets().isEmpty()) {
      throw new IpaiException(
              GatewayErrors.SIGN_IN_ELSEWHERE, "tokens of this installation are made elsewhere")
          .hint("IPAI_JWKS_URL is set: get a token from the server that publishes those keys.");
    }
    timed(claims, issuedAt, expiresAt);
    try {
      JWSObject token =
          new JWSObject(
              new JWSHeader.Builder(JWSAlgorithm.HS256).type(JOSEObjectType.JWT).build(),
              new Payload(claims));
      token.sign(new MACSigner(settings.secrets().getFirst().getBytes(StandardCharsets.UTF_8)));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException("cannot sign with HS256", e);
    }
  }

  private Map<String, Object> timed(
      Map<String, Object> claims, Instant issuedAt, Instant expiresAt) {
    claims.put("iss", settings.issuers().getFirst());
    claims.put("iat", issuedAt.getEpochSecond());
    claims.put("exp", expiresAt.getEpochSecond());
    return claims;
  }
}
