package ai.ipai.governance.access;

import ai.ipai.postgres.Database;
import ai.ipai.postgres.PostgresErrors;
import ai.ipai.postgres.PostgresFault;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.CallerTransactions;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * How many rows a caller sees of how many: by asking as the caller, of one moment, and only so far
 * and so long that nobody waits for the size of a table.
 */
final class RowCounts {
  /** Counting stops here. */
  static final long MAX = 100_000;

  static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String DENIED = "42501";
  private static final String CANCELLED = "57014";

  private final Database database;
  private final Duration patience;

  RowCounts(Database database, Duration patience) {
    this.database = database;
    this.patience = patience;
  }

  /** What came of it. */
  sealed interface Result {}

  /**
   * Of one moment; one more than {@link #MAX} where there are more than that.
   *
   * @param all as {@code seen} where it was not asked
   */
  record Counted(long seen, long all) implements Result {}

  /** The database refuses the caller. */
  record Refused() implements Result {}

  /** It took too long. */
  record TooSlow() implements Result {}

  /** The rows of a caller and, for the entitled, of everybody. */
  Result count(Asked asked) throws SQLException {
    try {
      return new CallerTransactions(database)
          .run(
              asked.caller(),
              CallerOptions.reading().withTimeout(patience),
              connection -> count(connection, asked));
    } catch (SQLException refused) {
      if (DENIED.equals(refused.getSQLState())) {
        return new Refused();
      }
      if (CANCELLED.equals(refused.getSQLState())) {
        return new TooSlow();
      }
      throw refused;
    } catch (IpaiException failed) {
      if (failed.code().equals(PostgresErrors.STATEMENT_TIMEOUT)) {
        return new TooSlow();
      }
      throw failed;
    }
  }

  private Counted count(Connection caller, Asked asked) throws SQLException {
    try (Statement statement = caller.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select (" + counting(asked.object()) + "), pg_catalog.pg_export_snapshot()")) {
      row.next();
      long seen = row.getLong(1);
      return new Counted(seen, asked.isEntitled() ? all(asked.object(), row.getString(2)) : seen);
    }
  }

  /** In the snapshot of the caller's count, whose transaction is still open. */
  private long all(QualifiedName object, String snapshot) throws SQLException {
    try (Connection builder = database.connect(Login.BUILDER)) {
      builder.setAutoCommit(false);
      try (Statement statement = builder.createStatement()) {
        statement.execute(
            "set transaction isolation level repeatable read, read only;"
                + " set transaction snapshot "
                + SqlText.literal(snapshot)
                + "; set local statement_timeout = "
                + patience.toMillis());
        try (ResultSet row = statement.executeQuery(counting(object))) {
          row.next();
          return row.getLong(1);
        }
      } finally {
        builder.rollback();
        builder.setAutoCommit(true);
      }
    } catch (SQLException failed) {
      if (CANCELLED.equals(failed.getSQLState())) {
        throw failed;
      }
      // What is refused to the builder says nothing about the caller.
      throw PostgresFault.translate(failed);
    }
  }

  private static String counting(QualifiedName object) {
    return "select count(*) from (select from "
        + object.quoted()
        + " limit "
        + (MAX + 1)
        + ") as counted";
  }
}
