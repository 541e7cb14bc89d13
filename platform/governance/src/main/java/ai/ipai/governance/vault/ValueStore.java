package ai.ipai.governance.vault;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Where the values of secrets are: encrypted by us, or in Supabase Vault. In the caller's
 * transaction.
 */
interface ValueStore {
  /** As the database names it: {@code envelope}, {@code supabase}. */
  String name();

  /** Writes a row of {@code ipai.secret_version}. */
  void insert(Connection connection, SecretRef ref, int version, SecretValue value, String by)
      throws SQLException;

  /** Decrypts the row that the result set stands on, of {@link StoredVersion#COLUMNS}. */
  SecretValue open(Connection connection, StoredVersion stored) throws SQLException;

  /** Before its row goes: removes what is kept outside the row. */
  void destroy(Connection connection, StoredVersion stored) throws SQLException;

  /** Puts the row under another master key. */
  void rewrap(Connection connection, StoredVersion stored, VaultKeys to) throws SQLException;
}
