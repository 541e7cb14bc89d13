package ai.ipai.governance.vault;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Owns the tables of the vault. Statements run in the caller's transaction, as {@code
 * ipai_control}.
 */
final class SecretStore {
  private static final String METADATA =
      """
      select s.name, s.description, s.store, s.current_version, s.created_at, s.created_by,
        s.rotated_at, s.rotated_by,
        array(select g.kind || ':' || g.grantee from ipai.secret_grant g where g.name = s.name
              order by 1),
        s.lost_at is not null
      from ipai.secret s
      """;

  private SecretStore() {}

  /**
   * The manifest; empty if nothing was ever stored.
   *
   * @param lock to change it: others wait
   */
  static Manifest manifest(Connection connection, VaultKeys keys, boolean lock)
      throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement(
                "select counter, content, key_id, mac from ipai.secret_manifest"
                    + (lock ? " for update" : ""));
        ResultSet row = statement.executeQuery()) {
      if (row.next()) {
        return Manifest.read(
            keys, row.getLong(1), row.getString(2), row.getString(3), row.getBytes(4));
      }
    }
    if (!list(connection).isEmpty()) {
      throw Manifest.rolledBack("There are secrets, but the list of the current ones is gone.");
    }
    if (!lock) {
      return Manifest.EMPTY;
    }
    insertEmpty(connection, keys);
    return manifest(connection, keys, true);
  }

  private static void insertEmpty(Connection connection, VaultKeys keys) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "insert into ipai.secret_manifest (counter, content, key_id, mac) values (0, '', ?, ?)"
                + " on conflict do nothing")) {
      statement.setString(1, keys.keyId());
      statement.setBytes(2, Manifest.EMPTY.mac(keys));
      statement.execute();
    }
  }

  static void write(Connection connection, VaultKeys keys, Manifest manifest) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "update ipai.secret_manifest set counter = ?, content = ?, key_id = ?, mac = ?")) {
      statement.setLong(1, manifest.counter());
      statement.setString(2, manifest.content());
      statement.setString(3, keys.keyId());
      statement.setBytes(4, manifest.mac(keys));
      statement.execute();
    }
  }

  static void insert(
      Connection connection,
      SecretRef ref,
      String description,
      String store,
      int version,
      String by)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "insert into ipai.secret (name, description, store, current_version, created_by, rotated_by)"
                + " values (?, ?, ?, ?, ?, ?)")) {
      statement.setString(1, ref.name());
      statement.setString(2, description);
      statement.setString(3, store);
      statement.setInt(4, version);
      statement.setString(5, by);
      statement.setString(6, by);
      statement.execute();
    }
  }

  static void rotated(Connection connection, SecretRef ref, String store, int version, String by)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "update ipai.secret set store = ?, current_version = ?, rotated_at = now(), rotated_by = ?,"
                + " lost_at = null where name = ?")) {
      statement.setString(1, store);
      statement.setInt(2, version);
      statement.setString(3, by);
      statement.setString(4, ref.name());
      statement.execute();
    }
  }

  static void describe(Connection connection, SecretRef ref, String description)
      throws SQLException {
    execute(
        connection,
        "update ipai.secret set description = ? where name = ?",
        description,
        ref.name());
  }

  /**
   * Starts anew: no value is left, every secret is marked as lost, and the list says so under these
   * keys.
   */
  static void loseAll(Connection connection, VaultKeys keys, Manifest next) throws SQLException {
    execute(connection, "delete from ipai.secret_version");
    execute(connection, "update ipai.secret set lost_at = now()");
    insertEmpty(connection, keys);
    write(connection, keys, next);
  }

  /** The counter as it stands there, whoever wrote it; 0 where there is none. */
  static long counter(Connection connection) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement("select counter from ipai.secret_manifest");
        ResultSet row = statement.executeQuery()) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  static void delete(Connection connection, SecretRef ref) throws SQLException {
    execute(connection, "delete from ipai.secret where name = ?", ref.name());
  }

  static void grant(Connection connection, SecretRef ref, SecretUser user, String by)
      throws SQLException {
    execute(
        connection,
        "insert into ipai.secret_grant (name, kind, grantee, granted_by) values (?, ?, ?, ?)"
            + " on conflict do nothing",
        ref.name(),
        user.kind().text(),
        user.name(),
        by);
  }

  static void revoke(Connection connection, SecretRef ref, SecretUser user) throws SQLException {
    execute(
        connection,
        "delete from ipai.secret_grant where name = ? and kind = ? and grantee = ?",
        ref.name(),
        user.kind().text(),
        user.name());
  }

  private static void execute(Connection connection, String sql, String... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      statement.execute();
    }
  }

  /** The current version as the row of the secret states it; empty where row security hides it. */
  static Optional<StoredVersion> current(Connection connection, SecretRef ref) throws SQLException {
    List<StoredVersion> found =
        versions(
            connection,
            " join ipai.secret s on s.name = v.name and s.current_version = v.version where v.name = ?",
            ref.name());
    return found.stream().findFirst();
  }

  static List<StoredVersion> versions(Connection connection, SecretRef ref) throws SQLException {
    return versions(connection, " where v.name = ? order by v.version", ref.name());
  }

  static List<StoredVersion> allVersions(Connection connection) throws SQLException {
    return versions(connection, " order by v.name, v.version");
  }

  private static List<StoredVersion> versions(Connection connection, String rest, String... values)
      throws SQLException {
    List<StoredVersion> versions = new ArrayList<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select " + StoredVersion.COLUMNS + " from ipai.secret_version v" + rest)) {
      for (int i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          versions.add(StoredVersion.of(row));
        }
      }
    }
    return versions;
  }

  static List<SecretMetadata> list(Connection connection) throws SQLException {
    List<SecretMetadata> secrets = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(METADATA + "order by s.name");
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        secrets.add(metadata(row));
      }
    }
    return secrets;
  }

  static Optional<SecretMetadata> find(Connection connection, SecretRef ref) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(METADATA + "where s.name = ?")) {
      statement.setString(1, ref.name());
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Optional.of(metadata(row)) : Optional.empty();
      }
    }
  }

  private static SecretMetadata metadata(ResultSet row) throws SQLException {
    return new SecretMetadata(
        new SecretRef(row.getString(1)),
        row.getString(2),
        row.getString(3),
        row.getInt(4),
        row.getObject(5, OffsetDateTime.class).toInstant(),
        row.getString(6),
        row.getObject(7, OffsetDateTime.class).toInstant(),
        row.getString(8),
        Arrays.stream((String[]) row.getArray(9).getArray()).map(SecretUser::parse).toList(),
        row.getBoolean(10));
  }
}
