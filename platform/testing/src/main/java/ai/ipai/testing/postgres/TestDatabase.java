package ai.ipai.testing.postgres;

import ai.ipai.postgres.Database;
import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.PoolConfig;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.postgres.disk.DiskGuard;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.spi.name.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** One database of its own, dropped when closed. Connections from here close with it. */
public final class TestDatabase implements AutoCloseable {
  private final DatabaseUrl owner;
  private final DatabaseUrl superuser;
  private final MasterKey key;
  private final Database database;
  private final List<Connection> opened = new ArrayList<>();
  private final List<Database> views = new ArrayList<>();

  TestDatabase(DatabaseUrl owner, DatabaseUrl superuser, MasterKey key) {
    this.owner = owner;
    this.superuser = superuser;
    this.key = key;
    this.database = Database.of(owner, key);
  }

  /** The platform's own view of it, with its pools. */
  public Database database() {
    return database;
  }

  /** A view of its own, on a disk that is watched; closes with this. */
  public synchronized Database databaseOn(DiskGuard disk) {
    Database guarded = Database.of(owner, key, PoolConfig.standard(), disk);
    views.add(guarded);
    return guarded;
  }

  /** A new connection as {@code postgres}, the owner of the database, who bypasses row security. */
  public Connection owner() {
    return open(owner);
  }

  /** A new connection as {@code supabase_admin}. */
  public Connection superuser() {
    return open(superuser);
  }

  /** As {@code postgres}, password included. */
  public DatabaseUrl url() {
    return owner;
  }

  public DatabaseUrl superuserUrl() {
    return superuser;
  }

  public MasterKey masterKey() {
    return key;
  }

  private synchronized Connection open(DatabaseUrl url) {
    Connection connection = PostgresClient.open(url, "ipai test");
    opened.add(connection);
    return connection;
  }

  @Override
  public synchronized void close() {
    database.close();
    views.forEach(Database::close);
    try {
      for (Connection connection : opened) {
        connection.close();
      }
      try (Connection admin = PostgresClient.open(superuser.withDatabase("postgres"), "ipai test");
          Statement statement = admin.createStatement()) {
        statement.execute(
            "drop database if exists " + SqlText.identifier(owner.database()) + " with (force)");
      }
    } catch (SQLException failed) {
      throw new IllegalStateException("the test database cannot be dropped", failed);
    }
  }
}
