package ai.ipai.server;

import ai.ipai.gateway.token.TokenMinter;
import ai.ipai.gateway.token.TokenSettings;
import ai.ipai.gateway.token.TokenVerifier;
import ai.ipai.governance.config.IpaiConfig;
import ai.ipai.governance.config.SecretSource;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.spi.error.IpaiException;
import java.net.URI;
import java.time.Clock;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The installation's tokens: checked and minted with {@code IPAI_JWT_SECRET} (several, separated by
 * commas, while they rotate), else with a secret derived from the master key; or checked against
 * {@code IPAI_JWKS_URL}.
 */
public final class Tokens {
  private static final int DERIVED_BYTES = 32;

  private final TokenSettings settings;
  private final TokenVerifier verifier;
  private final TokenMinter minter;

  private Tokens(TokenSettings settings, Clock clock) {
    this.settings = settings;
    this.verifier = new TokenVerifier(settings, clock);
    this.minter = new TokenMinter(settings, clock);
  }

  /** Of an installation, by its settings and its master key. */
  public static Tokens of(IpaiConfig.Auth auth, MasterKey key, Clock clock) {
    Optional<URI> keySet = auth.jwksUrl();
    List<String> secrets =
        keySet.isPresent()
            ? List.of()
            : auth.jwtSecret().map(Tokens::given).orElseGet(() -> List.of(derived(key)));
    List<String> issuers =
        auth.issuer()
            .map(Tokens::separated)
            .orElseGet(
                () -> List.of(keySet.map(Tokens::issuerOf).orElse(TokenSettings.DEFAULT_ISSUER)));
    return new Tokens(new TokenSettings(secrets, keySet, issuers, auth.audience()), clock);
  }

  private static List<String> given(SecretSource source) {
    return switch (source) {
      case SecretSource.Given(var value) -> separated(value.reveal());
      case SecretSource.Named named ->
          throw new IpaiException(
                  ServerErrors.ENVIRONMENT_INVALID,
                  "the JWT secret is named in the vault, which opens only after tokens are checked")
              .fact("reference", named.reference())
              .hint("Set IPAI_JWT_SECRET in the environment.");
    };
  }

  private static String derived(MasterKey key) {
    return HexFormat.of().formatHex(key.derive("jwt secret", DERIVED_BYTES));
  }

  private static List<String> separated(String text) {
    return Arrays.stream(text.split(",", -1)).map(String::strip).filter(t -> !t.isEmpty()).toList();
  }

  /** Supabase publishes its keys below the address that it names as issuer. */
  private static String issuerOf(URI keySet) {
    return keySet.toString().replaceFirst("/\\.well-known/jwks\\.json$", "");
  }

  public TokenSettings settings() {
    return settings;
  }

  /** The one of this installation; the same each time. */
  public TokenVerifier verifier() {
    return verifier;
  }

  /** The one of this installation; the same each time. */
  public TokenMinter minter() {
    return minter;
  }

  /** Whether tokens are made here; otherwise another server makes them. */
  public boolean canMint() {
    return !settings.secrets().isEmpty();
  }
}
