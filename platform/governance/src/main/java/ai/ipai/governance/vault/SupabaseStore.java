package ai.ipai.governance.vault;

import ai.ipai.spi.error.IpaiException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;
import java.util.UUID;

/**
 * Values in Supabase Vault, where the host keeps the encryption key outside the database. Reached
 * through three narrow functions that see only secrets of ours. Supabase binds no name to a value,
 * so a keyed MAC over name, version and value stands beside its id: what was swapped or put back
 * does not match.
 */
final class SupabaseStore implements ValueStore {
  private final VaultKeys keys;

  SupabaseStore(VaultKeys keys) {
    this.keys = keys;
  }

  /** Whether the extension {@code supabase_vault} is there. */
  static boolean isPresent(Connection connection) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement("select ipai.supabase_vault_present()");
        ResultSet row = statement.executeQuery()) {
      return row.next() && row.getBoolean(1);
    }
  }

  @Override
  public String name() {
    return "supabase";
  }

  @Override
  public void insert(
      Connection connection, SecretRef ref, int version, SecretValue value, String by)
      throws SQLException {
    refuseIfLogged(connection);
    UUID id;
    try (PreparedStatement statement =
        connection.prepareStatement("select ipai.supabase_secret_put(?, ?, ?)")) {
      statement.setString(1, ref.name());
      statement.setInt(2, version);
      statement.setString(3, value.reveal());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        id = row.getObject(1, UUID.class);
      }
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            "insert into ipai.secret_version (name, version, key_id, vault_id, binding, created_by)"
                + " values (?, ?, ?, ?, ?, ?)")) {
      statement.setString(1, ref.name());
      statement.setInt(2, version);
      statement.setString(3, keys.keyId());
      statement.setObject(4, id);
      statement.setBytes(5, binding(keys, ref, version, value));
      statement.setString(6, by);
      statement.execute();
    }
  }

  /** The value travels as a parameter: a server that logs parameters would keep it in its log. */
  private static void refuseIfLogged(Connection connection) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement(
                """
                select setting from (values
                  ('log_statement', current_setting('log_statement') = 'all'
                      and current_setting('log_parameter_max_length') <> '0'),
                  ('log_min_duration_statement', current_setting('log_min_duration_statement') <> '-1'
                      and current_setting('log_parameter_max_length') <> '0'),
                  ('log_min_duration_sample', current_setting('log_min_duration_sample') <> '-1'
                      and current_setting('log_parameter_max_length') <> '0'),
                  ('log_parameter_max_length_on_error',
                      current_setting('log_parameter_max_length_on_error') <> '0'),
                  ('pgaudit.log_parameter',
                      coalesce(current_setting('pgaudit.log_parameter', true), 'off') = 'on')
                ) as settings (setting, leaks) where leaks
                """);
        ResultSet row = statement.executeQuery()) {
      if (row.next()) {
        throw new IpaiException(
                VaultErrors.LOG_WOULD_LEAK, "The database would write the secret into its own log.")
            .fact("setting", row.getString(1))
            .hint("Turn that off for the role: alter role ipai_server set … , then put it again.");
      }
    }
  }

  @Override
  public SecretValue open(Connection connection, StoredVersion stored) throws SQLException {
    if (!stored.keyId().equals(keys.keyId())) {
      throw Envelope.wrongKey(stored.ref());
    }
    try (PreparedStatement statement =
        connection.prepareStatement("select ipai.supabase_secret_get(?, ?, ?)")) {
      statement.setString(1, stored.ref().name());
      statement.setInt(2, stored.version());
      statement.setObject(3, stored.vaultId());
      try (ResultSet row = statement.executeQuery()) {
        String text = row.next() ? row.getString(1) : null;
        if (text == null || text.isEmpty()) {
          throw swapped(stored);
        }
        SecretValue value = SecretValue.of(text);
        byte[] expected = binding(keys, stored.ref(), stored.version(), value);
        if (!MessageDigest.isEqual(expected, stored.binding())) {
          throw swapped(stored);
        }
        return value;
      }
    }
  }

  private static IpaiException swapped(StoredVersion stored) {
    return new IpaiException(
            VaultErrors.UNREADABLE,
            "The value in Supabase Vault does not belong to this secret and version.")
        .fact("secret", stored.ref())
        .fact("version", stored.version())
        .hint("Look into the audit log for who touched the database, then rotate the secret.");
  }

  private static byte[] binding(VaultKeys keys, SecretRef ref, int version, SecretValue value) {
    String message = "ipai secret binding v1\n" + ref.name() + "\n" + version + "\n";
    return keys.manifestMac((message + value.reveal()).getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void destroy(Connection connection, StoredVersion stored) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("select ipai.supabase_secret_destroy(?, ?, ?)")) {
      statement.setString(1, stored.ref().name());
      statement.setInt(2, stored.version());
      statement.setObject(3, Objects.requireNonNull(stored.vaultId()));
      statement.execute();
    }
  }

  @Override
  public void rewrap(Connection connection, StoredVersion stored, VaultKeys to)
      throws SQLException {
    SecretValue value = open(connection, stored);
    try (PreparedStatement statement =
        connection.prepareStatement(
            "update ipai.secret_version set key_id = ?, binding = ? where name = ? and version = ?")) {
      statement.setString(1, to.keyId());
      statement.setBytes(2, binding(to, stored.ref(), stored.version(), value));
      statement.setString(3, stored.ref().name());
      statement.setInt(4, stored.version());
      statement.execute();
    }
  }
}
