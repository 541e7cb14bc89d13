package ai.ipai.postgres.caller;

import ai.ipai.postgres.Database;
import ai.ipai.postgres.PostgresErrors;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * One transaction under another role, in three round trips beside the work's own: BEGIN with every
 * setting, the work, COMMIT with the cleaning of the session.
 */
final class RoleTransactions {
  private static final String COMMIT = "commit; " + Session.CLEAN;
  private static final String ROLLBACK = "rollback; " + Session.CLEAN;

  private final Database database;

  RoleTransactions(Database database) {
    this.database = database;
  }

  <T> T run(String role, String claims, String requestId, CallerOptions options, CallerWork<T> work)
      throws SQLException {
    Preamble preamble = new Preamble(role, claims, requestId, options);
    Connection connection = begin(preamble);
    boolean clean = false;
    try {
      T result = perform(connection, work);
      Session.execute(connection, COMMIT);
      clean = true;
      return result;
    } catch (SQLException failed) {
      throw Session.infrastructureOr(failed);
    } finally {
      Session.release(database, connection, clean ? "" : ROLLBACK);
    }
  }

  private static <T> T perform(Connection connection, CallerWork<T> work) throws SQLException {
    GuardedConnection guarded = GuardedConnection.of(connection);
    try {
      T result = work.run(guarded.connection());
      checkStillOpen(connection);
      return result;
    } finally {
      guarded.end();
    }
  }

  /** A work that swallowed a failure would see its COMMIT turned into a silent ROLLBACK. */
  private static void checkStillOpen(Connection connection) throws SQLException {
    TransactionState state = connection.unwrap(BaseConnection.class).getTransactionState();
    if (state == TransactionState.IDLE) {
      throw new IpaiException(
          PostgresErrors.TRANSACTION_ESCAPE, "The work ended the transaction that it ran in.");
    }
    if (state == TransactionState.FAILED) {
      throw new IpaiException(
          PostgresErrors.TRANSACTION_FAILED,
          "The work hid the failure of a statement; its transaction is rolled back.");
    }
  }

  /** Connections that were cut while idle are replaced: nothing has happened on them yet. */
  private Connection begin(Preamble preamble) throws SQLException {
    Connection connection = database.connect(Login.SERVER);
    for (int replaceable = database.poolSize(Login.SERVER); ; replaceable--) {
      try {
        preamble.begin(connection);
        return connection;
      } catch (SQLException failed) {
        if (replaceable == 0 || !Session.isCut(failed)) {
          database.discard(connection, Login.SERVER);
          throw Session.infrastructureOr(failed);
        }
      }
      connection = database.replace(connection, Login.SERVER);
    }
  }

  private record Preamble(String role, String claims, String requestId, CallerOptions options) {

    void begin(Connection connection) throws SQLException {
      connection.setAutoCommit(false);
      connection.setReadOnly(options.readOnly());
      try (PreparedStatement statement = connection.prepareStatement(sql())) {
        int index = 1;
        statement.setString(index++, role);
        statement.setString(index++, claims);
        statement.setString(index++, requestId);
        statement.setString(index++, options.statementTimeout().toMillis() + "ms");
        for (Map.Entry<String, String> setting : options.settings().entrySet()) {
          statement.setString(index++, setting.getKey());
          statement.setString(index++, setting.getValue());
        }
        statement.execute();
      }
    }

    private String sql() {
      return "select set_config('role', ?, true), set_config('request.jwt.claims', ?, true),"
          + " set_config('request.id', ?, true), set_config('statement_timeout', ?, true)"
          + ", set_config(?, ?, true)".repeat(options.settings().size());
    }
  }
}
