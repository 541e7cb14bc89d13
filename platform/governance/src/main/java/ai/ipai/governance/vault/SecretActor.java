package ai.ipai.governance.vault;

import java.util.Set;

/**
 * Who changes a secret, as authenticated by the caller of the vault.
 *
 * @param principal as the audit names it, such as {@code user:5f0c…}
 * @param roles platform roles held
 * @param requestId may be empty
 */
public record SecretActor(String principal, Set<String> roles, String requestId) {
  public SecretActor {
    roles = Set.copyOf(roles);
  }

  public static SecretActor of(String principal, String... roles) {
    return new SecretActor(principal, Set.of(roles), "");
  }
}
