package ai.ipai.gateway.rest.standalone;

import ai.ipai.gateway.http.Exchange;
import ai.ipai.gateway.http.Json;
import ai.ipai.gateway.rest.RestCaller;
import ai.ipai.gateway.rest.fault.RestFault;
import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.Header;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.text.ParseException;
import java.time.Clock;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Who asks, by the token of a request, with PostgREST's errors. */
final class PgrstTokens {
  private static final int SKEW_SECONDS = 30;
  private static final Pattern STEP =
      Pattern.compile("\\.(?:\"([^\"]+)\"|([^.\\[\"]+))|\\[(?:\"([^\"]+)\"|'([^']+)'|(\\d+))]");

  private final PgrstSettings settings;
  private final Optional<TokenKeys> keys;
  private final Map<String, Map<String, Object>> known;
  private final Clock clock;

  PgrstTokens(PgrstSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
    this.keys = settings.jwt().secret().map(it -> TokenKeys.of(it, settings.jwt().isBase64()));
    this.known = Collections.synchronizedMap(new Recent<>(settings.jwt().cacheEntries()));
  }

  /** The entries used last. */
  private static final class Recent<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1;

    private final int most;

    Recent(int most) {
      super(16, 0.75f, true);
      this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > most;
    }
  }

  RestCaller caller(Exchange exchange) {
    Optional<String> token = bearer(exchange);
    Map<String, Object> claims = token.map(this::claims).orElse(Map.of());
    JsonNode tree = Json.read(Json.text(claims));
    checkTimes(tree);
    String role = role(tree).or(settings::anonRole).orElseThrow(PgrstTokens::required);
    Map<String, Object> all = new LinkedHashMap<>(claims);
    all.put("role", role);
    boolean isAnonymous = settings.anonRole().filter(role::equals).isPresent();
    return new RestCaller(role, Json.text(all), isAnonymous, exchange.requestId());
  }

  private static Optional<String> bearer(Exchange exchange) {
    String header = exchange.header("Authorization").orElse("");
    int blank = header.indexOf(' ');
    String scheme = blank < 0 ? header : header.substring(0, blank);
    return scheme.equalsIgnoreCase("bearer")
        ? Optional.of(blank < 0 ? "" : header.substring(blank + 1).strip())
        : Optional.empty();
  }

  private Map<String, Object> claims(String token) {
    TokenKeys trusted =
        keys.orElseThrow(
            () -> new RestFault(500, "PGRST300", "Server lacks JWT secret", null, null));
    Map<String, Object> seen = known.get(token);
    if (seen != null) {
      return seen;
    }
    if (token.isEmpty()) {
      throw undecodable("Empty JWT is sent in Authorization header", null);
    }
    int parts = token.split("\\.", -1).length;
    if (parts != 3) {
      throw undecodable("Expected 3 parts in JWT; got " + parts, null);
    }
    try {
      if (isUnsigned(token)) {
        throw undecodable(
            "Wrong or unsupported encoding algorithm",
            "JWT is unsecured but expected 'alg' was not 'none'");
      }
      JWSObject signed = JWSObject.parse(token);
      if (!trusted.haveSigned(signed)) {
        throw noKey();
      }
      Map<String, Object> claims = signed.getPayload().toJSONObject();
      if (claims == null) {
        throw invalid("Parsing claims failed");
      }
      known.put(token, claims);
      return claims;
    } catch (ParseException | IllegalArgumentException e) {
      throw undecodable("JWT cryptographic operation failed", null).because(e);
    }
  }

  private static boolean isUnsigned(String token) throws ParseException {
    return Header.parseAlgorithm(
            JSONObjectUtils.parse(
                new Base64URL(token.substring(0, token.indexOf('.'))).decodeToString()))
        .equals(Algorithm.NONE);
  }

  private void checkTimes(JsonNode claims) {
    long now = clock.instant().getEpochSecond();
    check(claims, "exp", "JWT expired", time -> now - SKEW_SECONDS > time);
    check(claims, "nbf", "JWT not yet valid", time -> now + SKEW_SECONDS < time);
    check(claims, "iat", "JWT issued at future", time -> now + SKEW_SECONDS < time);
    if (!isForUs(claims.path("aud"))) {
      throw invalid("JWT not in audience");
    }
  }

  private static void check(JsonNode claims, String name, String message, LongPredicate isBad) {
    JsonNode value = claims.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return;
    }
    if (!value.isNumber()) {
      throw invalid("The JWT '" + name + "' claim must be a number");
    }
    if (isBad.test(value.longValue())) {
      throw invalid(message);
    }
  }

  private boolean isForUs(JsonNode audience) {
    if (audience.isMissingNode() || audience.isNull()) {
      return true;
    }
    if (audience.isString()) {
      return isOurs(audience.stringValue());
    }
    boolean isTexts = audience.isArray();
    boolean isAny = audience.isEmpty();
    for (JsonNode one : audience) {
      isTexts &= one.isString();
      isAny |= one.isString() && isOurs(one.stringValue());
    }
    if (!isTexts) {
      throw invalid("The JWT 'aud' claim must be a string or an array of strings");
    }
    return isAny;
  }

  private boolean isOurs(String audience) {
    return settings.jwt().audience().map(audience::equals).orElse(true);
  }

  private Optional<String> role(JsonNode claims) {
    String way = settings.jwt().roleClaim();
    Matcher step = STEP.matcher(way.startsWith("$") ? way.substring(1) : way);
    JsonNode at = claims;
    while (step.find()) {
      at =
          step.group(5) != null
              ? at.path(Integer.parseInt(step.group(5)))
              : at.path(firstOf(step.group(1), step.group(2), step.group(3), step.group(4)));
    }
    if (at.isMissingNode() || at.isNull()) {
      return Optional.empty();
    }
    return Optional.of(at.isString() ? at.stringValue() : at.toString());
  }

  private static String firstOf(@Nullable String... texts) {
    for (@Nullable String text : texts) {
      if (text != null) {
        return text;
      }
    }
    return "";
  }

  private static RestFault required() {
    return new RestFault(401, "PGRST302", "Anonymous access is disabled", null, null)
        .header("WWW-Authenticate", "Bearer");
  }

  private static RestFault noKey() {
    return undecodable(
        "No suitable key or wrong key type", "None of the keys was able to decode the JWT");
  }

  private static RestFault undecodable(String message, @Nullable String details) {
    return challenged(new RestFault(401, "PGRST301", message, details, null));
  }

  private static RestFault invalid(String message) {
    return challenged(new RestFault(401, "PGRST303", message, null, null));
  }

  private static RestFault challenged(RestFault fault) {
    return fault.header(
        "WWW-Authenticate",
        "Bearer error=\"invalid_token\", error_description=\"" + fault.getMessage() + "\"");
  }
}
