package ai.ipai.gateway.rest.sql;

import ai.ipai.postgres.caller.CallerQuery;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
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
      bind(new StatementValues(connection, statement));
      return statement;
    } catch (SQLException | RuntimeException e) {
      statement.close();
      throw e;
    }
  }

  /** Gives the values. */
  public void bind(CallerQuery.Values values) throws SQLException {
    for (Bind bind : binds) {
      switch (bind) {
        case Bind.Text text -> values.text(text.value());
        case Bind.Utf8 utf8 -> values.text(new String(utf8.bytes(), StandardCharsets.UTF_8));
        case Bind.Bytes bytes -> values.bytes(bytes.bytes());
        case Bind.Texts texts -> values.texts(texts.values());
      }
    }
  }
}
