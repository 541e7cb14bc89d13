package ai.ipai.gateway.http;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.gateway.token.TokenVerifier;
import ai.ipai.gateway.token.VerifiedToken;
import ai.ipai.spi.error.IpaiException;
import java.util.List;
import java.util.Optional;

/**
 * Finds and checks the token of a request. Supabase's clients send {@code apikey} always and {@code
 * Authorization} for users; without the latter the key itself is the identity.
 */
final class Bearer {
  private static final String PREFIX = "bearer ";

  private final TokenVerifier verifier;

  Bearer(TokenVerifier verifier) {
    this.verifier = verifier;
  }

  /**
   * Checks what was sent.
   *
   * @return the caller; empty where nothing at all was sent
   * @throws IpaiException {@code GW-002} for anything sent that is not good
   */
  Optional<VerifiedToken> identify(Exchange exchange) {
    List<String> authorization = exchange.request().headers().getAll("Authorization");
    Optional<String> key = exchange.header("apikey");
    if (authorization.size() > 1) {
      throw new IpaiException(GatewayErrors.TOKEN_INVALID, "two tokens were sent");
    }
    if (authorization.isEmpty()) {
      return key.map(verifier::verify);
    }
    String value = authorization.getFirst();
    if (!value.regionMatches(true, 0, PREFIX, 0, PREFIX.length())) {
      throw new IpaiException(GatewayErrors.TOKEN_INVALID, "the token is not a bearer token")
          .hint("Send the header Authorization: Bearer …");
    }
    return Optional.of(verifier.verify(value.substring(PREFIX.length()).trim()));
  }
}
