package ai.ipai.governance.vault;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Objects;

/** Values encrypted by us: the database never sees a plaintext, nor does its log. */
final class EnvelopeStore implements ValueStore {
  private final VaultKeys keys;

  EnvelopeStore(VaultKeys keys) {
    this.keys = keys;
  }

  @Override
  public String name() {
    return "envelope";
  }

  @Override
  public void insert(
      Connection connection, SecretRef ref, int version, SecretValue value, String by)
      throws SQLException {
    Envelope envelope = Envelope.seal(keys, ref, version, value);
    try (PreparedStatement statement =
        connection.prepareStatement(
            "insert into ipai.secret_version"
                + " (name, version, key_id, wrapped_key, ciphertext, created_by)"
                + " values (?, ?, ?, ?, ?, ?)")) {
      statement.setString(1, ref.name());
      statement.setInt(2, version);
      statement.setString(3, envelope.keyId());
      statement.setBytes(4, envelope.wrappedKey());
      statement.setBytes(5, envelope.ciphertext());
      statement.setString(6, by);
      statement.execute();
    }
  }

  @Override
  public SecretValue open(Connection connection, StoredVersion stored) {
    return envelope(stored).open(keys, stored.ref(), stored.version());
  }

  private static Envelope envelope(StoredVersion stored) {
    return new Envelope(
        stored.keyId(),
        Objects.requireNonNull(stored.wrappedKey()),
        Objects.requireNonNull(stored.ciphertext()));
  }

  @Override
  public void destroy(Connection connection, StoredVersion stored) {
    // The row is all there is.
  }

  @Override
  public void rewrap(Connection connection, StoredVersion stored, VaultKeys to)
      throws SQLException {
    Envelope rewrapped = envelope(stored).rewrap(keys, to, stored.ref(), stored.version());
    try (PreparedStatement statement =
        connection.prepareStatement(
            "update ipai.secret_version set key_id = ?, wrapped_key = ?"
                + " where name = ? and version = ?")) {
      statement.setString(1, rewrapped.keyId());
      statement.setBytes(2, rewrapped.wrappedKey());
      statement.setString(3, stored.ref().name());
      statement.setInt(4, stored.version());
      statement.execute();
    }
  }
}
