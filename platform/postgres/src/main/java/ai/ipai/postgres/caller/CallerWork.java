package ai.ipai.postgres.caller;

import java.sql.Connection;
import java.sql.SQLException;

/** What is done inside one transaction. It neither commits nor keeps the connection. */
@FunctionalInterface
public interface CallerWork<T> {
  T run(Connection connection) throws SQLException;
}
