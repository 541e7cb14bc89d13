package ai.ipai.ingest.run;

import ai.ipai.ingest.definition.SyncMode;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.connector.LoadedKeys;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Counts keys of a bronze table on a connection of its own, since the reader that asks runs beside
 * the loader. Opens it at the first question.
 */
final class BronzeKeys implements LoadedKeys, AutoCloseable {
  private final Database database;
  private final String rows;
  private final String key;
  private final ReentrantLock asking = new ReentrantLock();
  private volatile @Nullable Connection connection;
  private volatile boolean closed;

  BronzeKeys(Database database, QualifiedName table, String key, SyncMode mode) {
    this.database = database;
    this.key = SqlText.identifier(key);
    this.rows =
        "from %s where %s"
            .formatted(
                table.quoted(),
                mode == SyncMode.HISTORY ? "_ipai_valid_to is null" : "_ipai_op <> 'd'");
  }

  @Override
  public long count(long after, long upTo) {
    return ask("select count(*) %s and %s > ? and %s <= ?".formatted(rows, key, key), after, upTo)
        .orElse(0);
  }

  @Override
  public OptionalLong highest() {
    return ask("select %s %s order by %s desc limit 1".formatted(key, rows, key));
  }

  private OptionalLong ask(String sql, long... binds) {
    asking.lock();
    try (PreparedStatement statement = opened().prepareStatement(sql)) {
      for (int i = 0; i < binds.length; i++) {
        statement.setLong(i + 1, binds[i]);
      }
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
      }
    } catch (SQLException e) {
      throw StreamSync.describe(e, "");
    } finally {
      asking.unlock();
    }
  }

  private Connection opened() {
    if (closed) {
      throw new IllegalStateException("the reading has ended");
    }
    Connection open = connection;
    if (open == null) {
      open = database.connect(Login.LOADER);
      connection = open;
    }
    return open;
  }

  /** A question under way is cut off: whoever closes has cancelled the run. */
  @Override
  public void close() throws SQLException {
    closed = true;
    Connection open = connection;
    if (open == null) {
      return;
    }
    if (asking.tryLock()) {
      try {
        open.close();
      } finally {
        asking.unlock();
      }
    } else {
      open.abort(Runnable::run);
    }
  }
}
