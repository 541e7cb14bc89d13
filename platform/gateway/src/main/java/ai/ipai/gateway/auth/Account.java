package ai.ipai.gateway.auth;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/**
 * A row of {@code auth.users}, without its password.
 *
 * @param email empty where the account has none
 * @param appMetadata written by administrators only: {@code ipai_roles} and what row filters read
 * @param userMetadata written by the user: a name, never a right
 * @param isConfirmed whether the address was proven
 * @param newEmail the address that the user wants to change to
 * @param json the account as Supabase Auth tells it to clients, with identities and factors
 */
public record Account(
    UUID id,
    String email,
    String databaseRole,
    JsonNode appMetadata,
    JsonNode userMetadata,
    Instant createdAt,
    Optional<Instant> lastSignInAt,
    boolean isConfirmed,
    Optional<String> newEmail,
    JsonNode json) {
  /** Says who it is and nothing else. */
  @Override
  public String toString() {
    return "Account[" + id + "]";
  }
}
