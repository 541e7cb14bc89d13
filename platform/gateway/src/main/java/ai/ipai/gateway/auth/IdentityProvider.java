package ai.ipai.gateway.auth;

import java.net.URI;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where people may sign in instead: an OpenID Connect provider.
 *
 * @param name as clients call it, such as {@code keycloak}
 * @param issuer whose {@code /.well-known/openid-configuration} describes it
 * @param clientSecret asked for each time
 */
public record IdentityProvider(
    String name, URI issuer, String clientId, Supplier<Optional<String>> clientSecret) {
  /** Says nothing of the secret. */
  @Override
  public String toString() {
    return "IdentityProvider[" + name + ", " + issuer + "]";
  }
}
