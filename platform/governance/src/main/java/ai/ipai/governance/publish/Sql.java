package ai.ipai.governance.publish;

import ai.ipai.governance.policy.GovernanceErrors;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
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

  /** Statements that hold expressions of policy files. Errors: {@code GOV-006}. */
  void protect(QualifiedName relation, List<String> statements) throws SQLException {
    for (String statement : statements) {
      try {
        run(statement);
      } catch (SQLException refused) {
        String state = refused.getSQLState() == null ? "" : refused.getSQLState();
        if (!state.startsWith("42") || state.equals("42501")) {
          throw refused;
        }
        throw new IpaiException(
                GovernanceErrors.BAD_EXPRESSION,
                "A row filter or mask does not fit " + relation + ": " + said(refused),
                refused)
            .fact("relation", relation)
            .hint("Name columns of the table; quote names that are not in lower case.");
      }
    }
  }

  /** PostgreSQL's own words about a statement of ours; they hold names and no values. */
  private static String said(SQLException refused) {
    String message = String.valueOf(refused.getMessage());
    int end = message.indexOf('\n');
    return (end < 0 ? message : message.substring(0, end)).replaceFirst("^ERROR: ", "");
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
