package ai.ipai.governance.publish;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Statements of one transaction. */
record Sql(Connection connection) {
  void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  void runAll(List<String> statements) throws SQLException {
    if (!statements.isEmpty()) {
      run(String.join(";\n", statements));
    }
  }

  /** The first column of every row, as text; nulls as empty text. */
  List<String> texts(String sql, Object... binds) throws SQLException {
    List<String> texts = new ArrayList<>();
    for (List<String> row : rows(sql, 1, binds)) {
      texts.add(row.getFirst());
    }
    return texts;
  }

  /** The first columns of every row, as text; nulls as empty text. */
  List<List<String>> rows(String sql, int columns, Object... binds) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      for (int i = 0; i < binds.length; i++) {
        query.setObject(i + 1, binds[i]);
      }
      List<List<String>> rows = new ArrayList<>();
      try (ResultSet result = query.executeQuery()) {
        while (result.next()) {
          List<String> row = new ArrayList<>();
          for (int column = 1; column <= columns; column++) {
            String value = result.getString(column);
            row.add(value == null ? "" : value);
          }
          rows.add(row);
        }
      }
      return rows;
    }
  }
}
