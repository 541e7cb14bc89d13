package ai.ipai.gateway.rest.sql;

import ai.ipai.postgres.caller.CallerQuery;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;

/** Binds values to a statement, one after the other. */
final class StatementValues implements CallerQuery.Values {
  private final Connection connection;
  private final PreparedStatement statement;
  private int index = 1;

  StatementValues(Connection connection, PreparedStatement statement) {
    this.connection = connection;
    this.statement = statement;
  }

  @Override
  public void text(String value) throws SQLException {
    statement.setObject(index++, value, Types.OTHER);
  }

  @Override
  public void bytes(byte[] value) throws SQLException {
    statement.setBytes(index++, value);
  }

  @Override
  public void texts(List<String> values) throws SQLException {
    statement.setArray(index++, connection.createArrayOf("text", values.toArray()));
  }
}
