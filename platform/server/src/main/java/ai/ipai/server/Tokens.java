package ai.ipai.server;

import ai.ipai.gateway.token.TokenMinter;
import ai.ipai.gateway.token.TokenSettings;
import ai.ipai.gateway.token.TokenVerifier;
import ai.ipai.spi.error.IpaiException;
import java.net.URI;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The installation's tokens: checked and minted with {@code IPAI_JWT_SECRET} (several, separated by
 * commas, while they rotate), else with a secret derived from the master key; or checked against
 * {@code IPAI_JWKS_URL}.
 */
public final class Tokens {
  private final TokenSettings settings;
  private final Clock clock;

  private Tokens(TokenSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Reads the settings of the environment.
   *
   * @param derived the secret for installations that set none
   */
  public static Tokens of(Map<String, String> environment, Supplier<String> derived, Clock clock) {
    Optional<URI> keySet = text(environment, "IPAI_JWKS_URL").map(Tokens::address);
    List<String> secrets =
        keySet.isPresent()
            ? List.of()
            : text(environment, "IPAI_JWT_SECRET")
                .map(Tokens::separated)
                .orElseGet(() -> List.of(derived.get()));
    List<String> issuers =
        text(environment, "IPAI_JWT_ISSUER")
            .map(Tokens::separated)
            .orElseGet(
                () -> List.of(keySet.map(Tokens::issuerOf).orElse(TokenSettings.DEFAULT_ISSUER)));
    return new Tokens(
        new TokenSettings(secrets, keySet, issuers, TokenSettings.DEFAULT_AUDIENCE), clock);
  }

  private static Optional<String> text(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).map(String::strip).filter(t -> !t.isEmpty());
  }

  private static List<String> separated(String text) {
    return Arrays.stream(text.split(",", -1)).map(String::strip).filter(t -> !t.isEmpty()).toList();
  }

  private static URI address(String text) {
    try {
      URI address = URI.create(text);
      if ("https".equals(address.getScheme()) || "http".equals(address.getScheme())) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      // falls through to the one answer
    }
    throw new IpaiException(ServerErrors.ENVIRONMENT_INVALID, "IPAI_JWKS_URL is not a URL")
        .hint("Set it to https://…/.well-known/jwks.json.");
  }

  /** Supabase publishes its keys below the address that it names as issuer. */
  private static String issuerOf(URI keySet) {
    return keySet.toString().replaceFirst("/\\.well-known/jwks\\.json$", "");
  }

  public TokenSettings settings() {
    return settings;
  }

  public TokenVerifier verifier() {
    return new TokenVerifier(settings, clock);
  }

  public TokenMinter minter() {
    return new TokenMinter(settings, clock);
  }
}
