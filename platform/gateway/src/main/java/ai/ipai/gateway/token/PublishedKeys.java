package ai.ipai.gateway.token;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.spi.error.IpaiException;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import java.net.MalformedURLException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Public keys from a JWKS address. Keys are kept for five minutes and read again when an unknown
 * key id appears (at most every thirty seconds), so a rotated key works at once; while the address
 * is silent the keys last seen serve on for an hour.
 */
final class PublishedKeys implements SigningKeys {
  private static final int TIMEOUT_MILLIS = 3_000;
  private static final int MAX_KEY_SET_BYTES = 64 * 1024;
  private static final long HOUR_MILLIS = 3_600_000;

  /** How long a key counts without being asked for again. */
  static final Duration KEEP = Duration.ofMinutes(5);

  private final JWKSource<SecurityContext> source;

  PublishedKeys(URI address) {
    try {
      source =
          JWKSourceBuilder.<SecurityContext>create(
                  address.toURL(),
                  new DefaultResourceRetriever(TIMEOUT_MILLIS, TIMEOUT_MILLIS, MAX_KEY_SET_BYTES))
              .cache(KEEP.toMillis(), TIMEOUT_MILLIS * 2L)
              .rateLimited(JWKSourceBuilder.DEFAULT_RATE_LIMIT_MIN_INTERVAL)
              .outageTolerant(HOUR_MILLIS)
              .build();
    } catch (MalformedURLException | IllegalArgumentException e) {
      throw new IpaiException(
              GatewayErrors.TOKEN_SETTINGS_INVALID, "the address of the key set is not a URL", e)
          .hint("Set IPAI_JWKS_URL to https://…/.well-known/jwks.json.");
    }
  }

  @Override
  public boolean signed(JWSObject token) {
    String keyId = token.getHeader().getKeyID();
    if (keyId == null) {
      return false;
    }
    for (JWK key : keys(keyId)) {
      Optional<JWSAlgorithm> algorithm = algorithmOf(key);
      if (algorithm.isPresent()
          && algorithm.get().equals(token.getHeader().getAlgorithm())
          && verifies(key, token)) {
        return true;
      }
    }
    return false;
  }

  private List<JWK> keys(String keyId) {
    try {
      return source.get(new JWKSelector(new JWKMatcher.Builder().keyID(keyId).build()), null);
    } catch (KeySourceException e) {
      throw new IpaiException(
              GatewayErrors.KEYS_UNAVAILABLE, "the key set for tokens does not answer", e)
          .hint("Check that IPAI_JWKS_URL is reachable from here.");
    }
  }

  /** The key decides the algorithm; symmetric keys and unknown curves decide nothing. */
  private static Optional<JWSAlgorithm> algorithmOf(JWK key) {
    if (key instanceof RSAKey) {
      return Optional.of(
          JWSAlgorithm.PS256.equals(key.getAlgorithm()) ? JWSAlgorithm.PS256 : JWSAlgorithm.RS256);
    }
    if (key instanceof ECKey curve && com.nimbusds.jose.jwk.Curve.P_256.equals(curve.getCurve())) {
      return Optional.of(JWSAlgorithm.ES256);
    }
    return Optional.empty();
  }

  private static boolean verifies(JWK key, JWSObject token) {
    try {
      return switch (key) {
        case RSAKey rsa -> token.verify(new RSASSAVerifier(rsa));
        case ECKey curve -> token.verify(new ECDSAVerifier(curve));
        default -> false;
      };
    } catch (JOSEException e) {
      return false;
    }
  }
}
