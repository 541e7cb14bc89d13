package ai.ipai.gateway.token;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.spi.digest.Sha256;
import ai.ipai.spi.error.IpaiException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Says whether a bearer token is good. Whatever is wrong, the answer is {@code GW-002}: no caller
 * learns which check failed, and none is ever treated as anonymous instead. Safe for many threads.
 */
public final class TokenVerifier {
  private static final int MAX_REMEMBERED = 10_000;
  private static final long MAX_EPOCH_SECONDS = 253_402_300_799L; // the end of the year 9999

  private final TokenSettings settings;
  private final SigningKeys keys;
  private final Clock clock;
  private final ConcurrentHashMap<String, Remembered> remembered = new ConcurrentHashMap<>();
  private final JsonMapper json =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** A token that was good when it was checked; its key may be withdrawn since. */
  private record Remembered(VerifiedToken token, Instant checkedAt) {}

  private volatile SessionCheck sessions = session -> false;
  private volatile @Nullable SigningKeys further;

  public TokenVerifier(TokenSettings settings, Clock clock) {
    this(
        settings,
        settings
            .keySet()
            .<SigningKeys>map(PublishedKeys::new)
            .orElseGet(() -> new SecretKeys(settings.secrets())),
        clock);
  }

  TokenVerifier(TokenSettings settings, SigningKeys keys, Clock clock) {
    this.settings = settings;
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * Checks signature, times, audience, issuer and role.
   *
   * @param token the compact form, without {@code Bearer}
   * @throws IpaiException {@code GW-002} if it proves nothing, {@code GW-014} if the key set is
   *     silent
   */
  public VerifiedToken verify(String token) {
    VerifiedToken verified = verifySigned(token);
    if (verified.sessionId().isPresent() && sessions.hasEnded(verified.sessionId().get())) {
      throw refused("session ended").fact("authCode", "session_not_found");
    }
    return verified;
  }

  /**
   * Also accepts tokens of these keys, and refuses those whose session has ended. For what stands
   * in the database, which is opened after requests are first taken.
   */
  public void attach(@Nullable SigningKeys keysBeside, SessionCheck ended) {
    further = keysBeside;
    sessions = ended;
  }

  private VerifiedToken verifySigned(String token) {
    if (token.length() > TokenSettings.MAX_TOKEN_CHARACTERS) {
      throw refused("longer than any token of ours");
    }
    String hash = Sha256.hex(token);
    Remembered known = remembered.get(hash);
    if (known != null && isFresh(known)) {
      if (isExpired(known.token().expiresAt())) {
        remembered.remove(hash);
        throw refused("expired");
      }
      return known.token();
    }
    remembered.remove(hash);
    VerifiedToken verified = check(token);
    if (remembered.size() >= MAX_REMEMBERED) {
      remembered.values().removeIf(old -> isExpired(old.token().expiresAt()) || !isFresh(old));
      if (remembered.size() >= MAX_REMEMBERED) {
        remembered.clear();
      }
    }
    remembered.put(hash, new Remembered(verified, clock.instant()));
    return verified;
  }

  /** Not from before the clock was set back either. */
  private boolean isFresh(Remembered known) {
    Duration age = Duration.between(known.checkedAt(), clock.instant());
    return !age.isNegative() && age.compareTo(PublishedKeys.KEEP) < 0;
  }

  private VerifiedToken check(String token) {
    JWSObject signed;
    try {
      signed = JWSObject.parse(token);
    } catch (ParseException | RuntimeException e) {
      throw refused("not a signed token", e);
    }
    checkHeader(signed.getHeader());
    SigningKeys beside = further;
    if (!keys.signed(signed) && (beside == null || !beside.signed(signed))) {
      throw refused("signature");
    }
    return checkClaims(parse(signed.getPayload().toString()));
  }

  /** A header may name the key and the type; anything that steers the check is refused. */
  private static void checkHeader(JWSHeader header) {
    boolean steers =
        header.getJWK() != null
            || header.getJWKURL() != null
            || header.getX509CertURL() != null
            || header.getX509CertChain() != null
            || header.getCriticalParams() != null
            || !header.isBase64URLEncodePayload();
    boolean otherType = header.getType() != null && !"JWT".equals(header.getType().getType());
    if (steers || otherType || header.getContentType() != null) {
      throw refused("header");
    }
  }

  private JsonNode parse(String payload) {
    try {
      JsonNode claims = json.readTree(payload);
      if (!claims.isObject() || payload.contains("\\u0000")) {
        throw refused("claims");
      }
      return claims;
    } catch (JacksonException e) {
      throw refused("claims", e);
    }
  }

  private VerifiedToken checkClaims(JsonNode claims) {
    Instant expiresAt = instant(claims, "exp").orElseThrow(() -> refused("exp"));
    if (isExpired(expiresAt)) {
      throw refused("expired");
    }
    Instant latest = clock.instant().plus(TokenSettings.CLOCK_TOLERANCE);
    if (instant(claims, "nbf").filter(latest::isBefore).isPresent()
        || instant(claims, "iat").filter(latest::isBefore).isPresent()) {
      throw refused("not valid yet");
    }
    if (!holdsAudience(claims.path("aud"))) {
      throw refused("aud");
    }
    if (!settings.issuers().contains(text(claims, "iss").orElse(""))) {
      throw refused("iss");
    }
    String role = text(claims, "role").orElse("");
    if (!TokenSettings.DATABASE_ROLES.contains(role)) {
      throw refused("role");
    }
    Optional<String> subject = text(claims, "sub");
    if ("authenticated".equals(role) && subject.isEmpty()) {
      throw refused("sub");
    }
    return new VerifiedToken(
        role,
        subject,
        text(claims, "email"),
        platformRoles(claims),
        text(claims, "session_id"),
        json.writeValueAsString(claims),
        expiresAt);
  }

  /** The tolerance itself is still good, the second after it is not. */
  private boolean isExpired(Instant expiresAt) {
    return clock.instant().isAfter(expiresAt.plus(TokenSettings.CLOCK_TOLERANCE));
  }

  private boolean holdsAudience(JsonNode audience) {
    if (audience.isArray()) {
      for (JsonNode one : audience) {
        if (one.isString() && settings.audience().equals(one.stringValue())) {
          return true;
        }
      }
      return false;
    }
    return audience.isString() && settings.audience().equals(audience.stringValue());
  }

  private static Optional<Instant> instant(JsonNode claims, String name) {
    JsonNode value = claims.path(name);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    if (!value.isNumber()) {
      throw refused(name);
    }
    double seconds = value.doubleValue();
    if (!(seconds >= 0 && seconds <= MAX_EPOCH_SECONDS)) {
      throw refused(name);
    }
    return Optional.of(Instant.ofEpochSecond((long) seconds));
  }

  private static Optional<String> text(JsonNode claims, String name) {
    JsonNode value = claims.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isString()) {
      throw refused(name);
    }
    return Optional.of(value.stringValue()).filter(text -> !text.isEmpty());
  }

  private static Set<String> platformRoles(JsonNode claims) {
    Set<String> roles = new LinkedHashSet<>();
    for (JsonNode role : claims.path("app_metadata").path("ipai_roles")) {
      if (role.isString()) {
        roles.add(role.stringValue());
      }
    }
    return roles;
  }

  private static IpaiException refused(String check) {
    return refused(check, null);
  }

  /** The check stands in the cause, for the log; the answer does not tell. */
  private static IpaiException refused(String check, @Nullable Exception cause) {
    return new IpaiException(
            GatewayErrors.TOKEN_INVALID,
            "the token is not valid",
            new IllegalArgumentException(check, cause))
        .hint("Sign in again, or mint a token: ./ipai token USER");
  }

  /** How many good tokens are remembered; for tests and metrics. */
  public Map<String, Integer> figures() {
    return Map.of("remembered", remembered.size());
  }
}
