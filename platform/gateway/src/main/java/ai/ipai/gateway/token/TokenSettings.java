package ai.ipai.gateway.token;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.spi.error.IpaiException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a token must look like. Either secrets (HS256) or a key set (asymmetric algorithms) decide,
 * never the token's own header.
 *
 * @param secrets HS256 secrets; the first signs, the others are accepted while keys rotate
 * @param keySet where the public keys are published; then no secret is accepted
 * @param issuers accepted values of {@code iss}; the first is written into minted tokens
 * @param audience the value that {@code aud} must hold
 */
public record TokenSettings(
    List<String> secrets, Optional<URI> keySet, List<String> issuers, String audience) {
  /** Clocks may differ by this much. */
  public static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(60);

  /** Longer tokens are refused unread. */
  public static final int MAX_TOKEN_CHARACTERS = 8_192;

  public static final String DEFAULT_ISSUER = "ipai";
  public static final String DEFAULT_AUDIENCE = "authenticated";
  public static final Set<String> DATABASE_ROLES = Set.of("anon", "authenticated", "service_role");

  private static final int MIN_SECRET_BYTES = 32;

  public TokenSettings {
    secrets = List.copyOf(secrets);
    issuers = List.copyOf(issuers);
    if (keySet.isEmpty() && secrets.isEmpty()) {
      throw new IpaiException(
              GatewayErrors.TOKEN_SETTINGS_INVALID, "tokens can be checked by nothing")
          .hint("Set IPAI_JWT_SECRET or IPAI_JWKS_URL.");
    }
    if (issuers.isEmpty()) {
      throw new IpaiException(GatewayErrors.TOKEN_SETTINGS_INVALID, "no issuer is accepted")
          .hint("Set IPAI_JWT_ISSUER.");
    }
    for (String secret : secrets) {
      if (secret.getBytes(StandardCharsets.UTF_8).length < MIN_SECRET_BYTES) {
        throw new IpaiException(
                GatewayErrors.TOKEN_SETTINGS_INVALID,
                "the JWT secret is shorter than 32 bytes, which HS256 needs")
            .hint("Make one: openssl rand -hex 32");
      }
    }
  }

  /** HS256 with one secret, this platform's issuer. */
  public static TokenSettings withSecret(String secret) {
    return new TokenSettings(
        List.of(secret), Optional.empty(), List.of(DEFAULT_ISSUER), DEFAULT_AUDIENCE);
  }

  /** The same settings while keys rotate: the first signs, all are accepted. */
  public TokenSettings withSecrets(List<String> newSecrets) {
    return new TokenSettings(newSecrets, keySet, issuers, audience);
  }

  /** Says nothing of the secrets. */
  @Override
  public String toString() {
    return "TokenSettings[secrets=%d, keySet=%s, issuers=%s, audience=%s]"
        .formatted(secrets.size(), keySet, issuers, audience);
  }
}
