package ai.ipai.gateway.auth;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/**
 * A row of {@code auth.users}, without its password.
 *
 * @param appMetadata written by administrators only: {@code ipai_roles} and what row filters read
 * @param userMetadata written by the user: a name, never a right
 */
public record Account(
    UUID id,
    String email,
    String databaseRole,
    JsonNode appMetadata,
    JsonNode userMetadata,
    Instant createdAt,
    Optional<Instant> lastSignInAt) {}
