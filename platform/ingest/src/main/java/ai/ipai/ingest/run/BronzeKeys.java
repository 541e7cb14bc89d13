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
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Counts and lists keys of a bronze table; counts by the number of all its rows that is kept along
 * as far as that leads, on a connection of its own, since the reader that asks runs beside the
 * loader. Opens it at the first question.
 */
final class BronzeKeys implements LoadedKeys, AutoCloseable {
  /** As many keys on either side of a range are counted, and taken from the number of all rows. */
  private static final int MOST_BESIDE = 2_000;

  private static final int FETCHED = 10_000;

  private final Database database;
  private final String rows;
  private final String key;
  private final String connector;
  private final String stream;
  private final boolean isWhole;
  private final ReentrantLock asking = new ReentrantLock();
  private volatile @Nullable Connection connection;
  private volatile boolean closed;
  private volatile boolean asked;

  /**
   * Opens nothing yet.
   *
   * @param state of the stream, whose table it is
   * @param isWhole whether the table has every row that the source gave
   */
  BronzeKeys(
      Database database,
      String connector,
      StreamState state,
      String key,
      SyncMode mode,
      boolean isWhole) {
    QualifiedName table = state.table();
    this.database = database;
    this.connector = connector;
    this.stream = state.stream();
    this.isWhole = isWhole;
    this.key = SqlText.identifier(key);
    this.rows =
        "from %s where %s"
            .formatted(
                table.quoted(),
                mode == SyncMode.HISTORY ? "_ipai_valid_to is null" : "_ipai_op <> 'd'");
  }

  @Override
  public long count(long after, long upTo) {
    asked = true;
    String sql =
        """
        with below as materialized (select count(*) as n from (select %1$s and %2$s <= ? limit %3$d) b),
          above as materialized (select count(*) as n from (select %1$s and %2$s > ? limit %3$d) a)
        select case when below.n < %3$d and above.n < %3$d and told.live_rows is not null
            then told.live_rows - below.n - above.n
            else (select count(*) %1$s and %2$s > ? and %2$s <= ?) end
        from below, above
        left join (select live_rows from ipai.stream_state where connector = ? and stream = ?) told on true
        """
            .formatted(rows, key, MOST_BESIDE);
    return ask(sql, List.of(connector, stream), after, upTo, after, upTo).orElse(0);
  }

  @Override
  public OptionalLong highest() {
    return ask("select %s %s order by %s desc limit 1".formatted(key, rows, key), List.of());
  }

  @Override
  public boolean isWhole() {
    return isWhole;
  }

  @Override
  public Ascending ascending(long after) {
    String sql = "select %1$s %2$s and %1$s > ? order by %1$s".formatted(key, rows);
    asking.lock();
    try {
      return new Listed(opened(), sql, after);
    } catch (SQLException e) {
      throw StreamSync.describe(e, stream);
    } finally {
      asking.unlock();
    }
  }

  /** Keys by a cursor of the database, some at a time, in a transaction that only reads. */
  private final class Listed implements Ascending {
    private final Connection connection;
    private final PreparedStatement statement;
    private @Nullable ResultSet found;
    private long key;

    Listed(Connection connection, String sql, long after) throws SQLException {
      this.connection = connection;
      connection.setAutoCommit(false);
      this.statement = connection.prepareStatement(sql);
      statement.setFetchSize(FETCHED);
      statement.setLong(1, after);
    }

    @Override
    public boolean next() {
      asking.lock();
      try {
        ResultSet open = found == null ? statement.executeQuery() : found;
        found = open;
        if (!open.next()) {
          return false;
        }
        key = open.getLong(1);
        return true;
      } catch (SQLException e) {
        throw StreamSync.describe(e, stream);
      } finally {
        asking.unlock();
      }
    }

    @Override
    public long key() {
      return key;
    }

    @Override
    public void close() {
      asking.lock();
      try (statement) {
        connection.rollback();
        connection.setAutoCommit(true);
      } catch (SQLException e) {
        // Broken, and told by the question under way; it is closed with its owner.
      } finally {
        asking.unlock();
      }
    }
  }

  /** Whether anybody wanted to know numbers of rows. */
  boolean wasAsked() {
    return asked;
  }

  private OptionalLong ask(String sql, List<String> texts, long... binds) {
    asking.lock();
    try (PreparedStatement statement = opened().prepareStatement(sql)) {
      for (int i = 0; i < binds.length; i++) {
        statement.setLong(i + 1, binds[i]);
      }
      for (int i = 0; i < texts.size(); i++) {
        statement.setString(binds.length + i + 1, texts.get(i));
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
