package ai.ipai.gateway.token;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A token that passed every check.
 *
 * @param databaseRole {@code anon}, {@code authenticated} or {@code service_role}
 * @param subject the user's id; empty for the installation's own keys
 * @param email as the token says; empty where it does not
 * @param platformRoles what {@code app_metadata.ipai_roles} lists
 * @param sessionId what {@code session_id} says
 * @param claims all claims as JSON, written anew from the parsed tree, so that PostgreSQL reads
 *     what was checked
 * @param expiresAt when it stops being valid, tolerance aside
 */
public record VerifiedToken(
    String databaseRole,
    Optional<String> subject,
    Optional<String> email,
    Set<String> platformRoles,
    Optional<String> sessionId,
    String claims,
    Instant expiresAt) {
  public VerifiedToken {
    platformRoles = Set.copyOf(platformRoles);
  }

  public boolean hasPlatformRole(String role) {
    return platformRoles.contains(role);
  }

  /** Who acts, for logs and lists: the e-mail, else the id, else the database role. */
  public String displayName() {
    return email.or(() -> subject).orElse(databaseRole);
  }
}
