package ai.ipai.governance.workspace;

import ai.ipai.postgres.login.Login;
import ai.ipai.spi.name.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Who an apply is while it works. It is one transaction on the publisher's login, which may become
 * the control plane and the loader and runs only SQL that the platform writes.
 */
final class Roles {
  static final String CONTROL = "ipai_control";
  static final String PUBLISHER = Login.PUBLISHER.role();
  static final String LOADER = Login.LOADER.role();

  private Roles() {}

  /** Until the end of the transaction or the next switch. */
  static void become(Connection connection, String role) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("set local role " + SqlText.identifier(role));
    }
  }
}
