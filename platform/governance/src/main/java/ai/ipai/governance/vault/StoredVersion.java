package ai.ipai.governance.vault;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code ipai.secret_version}: an envelope, or an id in Supabase Vault with its binding.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never written to
record StoredVersion(
    SecretRef ref,
    int version,
    String keyId,
    byte @Nullable [] wrappedKey,
    byte @Nullable [] ciphertext,
    @Nullable UUID vaultId,
    byte @Nullable [] binding) {
  static final String COLUMNS =
      "v.name, v.version, v.key_id, v.wrapped_key, v.ciphertext, v.vault_id, v.binding";

  static StoredVersion of(ResultSet row) throws SQLException {
    return new StoredVersion(
        new SecretRef(row.getString(1)),
        row.getInt(2),
        row.getString(3),
        row.getBytes(4),
        row.getBytes(5),
        row.getObject(6, UUID.class),
        row.getBytes(7));
  }
}
