package ai.ipai.postgres.caller;

import ai.ipai.postgres.Database;
import ai.ipai.postgres.PostgresErrors;
import ai.ipai.postgres.PostgresFault;
import ai.ipai.postgres.login.Login;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** What callers' transactions have in common about the session that one after the other uses. */
final class Session {
  /** DISCARD ALL without the prepared statements, which belong to the driver. */
  static final String CLEAN =
      "close all; reset role; reset all; unlisten *; select pg_advisory_unlock_all();"
          + " discard temp; discard sequences";

  private Session() {}

  static void execute(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.execute();
    }
  }

  static boolean isCut(SQLException failed) {
    return PostgresFault.infrastructure(failed)
        .filter(fault -> fault.code().equals(PostgresErrors.CONNECTION_CUT))
        .isPresent();
  }

  static SQLException infrastructureOr(SQLException failed) {
    PostgresFault.infrastructure(failed)
        .ifPresent(
            fault -> {
              throw fault;
            });
    return failed;
  }

  /** A session that cannot be cleaned is thrown away before anybody else can borrow it. */
  static void release(Database database, Connection connection, String cleaning) {
    try {
      if (!cleaning.isEmpty()) {
        execute(connection, cleaning);
      }
      connection.close();
    } catch (SQLException untrusted) {
      database.discard(connection, Login.SERVER);
    }
  }
}
