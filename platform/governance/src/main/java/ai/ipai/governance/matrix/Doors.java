package ai.ipai.governance.matrix;

import ai.ipai.postgres.Database;
import ai.ipai.postgres.caller.Caller;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.CallerTransactions;
import ai.ipai.postgres.caller.CallerWork;
import ai.ipai.postgres.login.Login;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The ways in: the gateway's transactions, and logins of one's own. Everything is undone. */
final class Doors {
  private static final String DENIED = "42501";
  private final Database database;

  Doors(Database database) {
    this.database = database;
  }

  /** One transaction by the caller's own door. */
  <T> T as(MatrixCaller caller, CallerOptions options, CallerWork<T> work) throws SQLException {
    if (caller.login().isPresent()) {
      return on(caller.login().get(), work);
    }
    Caller gateway =
        new Caller(null, caller.databaseRole(), caller.claimsJson(), "matrix", caller.label());
    return new CallerTransactions(database).run(gateway, options, work);
  }

  /** One transaction on a login. */
  <T> T on(Login login, CallerWork<T> work) throws SQLException {
    try (Connection connection = database.connect(login)) {
      connection.setAutoCommit(false);
      try {
        return work.run(connection);
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
  }

  /** What a step of a transaction gives; empty where it is denied. What it changed is undone. */
  static <T> Optional<T> attempt(Connection connection, CallerWork<T> step) throws SQLException {
    Savepoint before = connection.setSavepoint();
    try {
      return Optional.of(step.run(connection));
    } catch (SQLException refused) {
      if (DENIED.equals(refused.getSQLState())) {
        return Optional.empty();
      }
      throw refused;
    } finally {
      connection.rollback(before);
    }
  }

  /** The first column, row by row. */
  static List<String> texts(Connection connection, String sql) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        texts.add(String.valueOf(row.getString(1)));
      }
    }
    return texts;
  }
}
