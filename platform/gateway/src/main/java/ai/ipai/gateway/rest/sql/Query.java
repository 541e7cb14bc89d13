package ai.ipai.gateway.rest.sql;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;

/** One statement and its values. */
public record Query(String text, List<Bind> binds) {
  public Query {
    binds = List.copyOf(binds);
  }

  /** Ready to run; the caller closes it. */
  public PreparedStatement prepare(Connection connection) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(text);
    try {
      for (int i = 0; i < binds.size(); i++) {
        bind(connection, statement, i + 1, binds.get(i));
      }
      return statement;
    } catch (SQLException | RuntimeException e) {
      statement.close();
      throw e;
    }
  }

  private static void bind(Connection connection, PreparedStatement statement, int index, Bind bind)
      throws SQLException {
    switch (bind) {
      case Bind.Text text -> statement.setObject(index, text.value(), Types.OTHER);
      case Bind.Utf8 utf8 ->
          statement.setObject(index, new String(utf8.bytes(), StandardCharsets.UTF_8), Types.OTHER);
      case Bind.Bytes bytes -> statement.setBytes(index, bytes.bytes());
      case Bind.Texts texts ->
          statement.setArray(index, connection.createArrayOf("text", texts.values().toArray()));
    }
  }
}
