package ai.ipai.governance.vault;

import java.time.Instant;
import java.util.List;

/**
 * What may be known about a secret: everything but its value.
 *
 * @param store {@code envelope} or {@code supabase}
 * @param users who may use it, in the order of their text
 * @param isLost its value went with a lost master key: to be put again
 */
public record SecretMetadata(
    SecretRef ref,
    String description,
    String store,
    int version,
    Instant createdAt,
    String createdBy,
    Instant rotatedAt,
    String rotatedBy,
    List<SecretUser> users,
    boolean isLost) {
  public SecretMetadata {
    users = List.copyOf(users);
  }
}
