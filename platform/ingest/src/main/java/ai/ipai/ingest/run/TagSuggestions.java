package ai.ipai.ingest.run;

import ai.ipai.ingest.filter.PersonalData;
import ai.ipai.ingest.table.BronzeColumn;
import ai.ipai.ingest.table.TableShape;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.name.QualifiedName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Owns {@code ipai.tag_suggestion}. Works in the caller's transaction. */
final class TagSuggestions {
  private TagSuggestions() {}

  static void store(Connection connection, QualifiedName table, TableShape shape, RecordBatch batch)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            insert into ipai.tag_suggestion (schema_name, table_name, column_name, tag, reason)
            values (?, ?, ?, ?, ?) on conflict do nothing
            """)) {
      for (PersonalData.Suggestion suggestion : PersonalData.in(batch)) {
        BronzeColumn column = shape.columns().get(suggestion.column());
        if (column != null) {
          statement.setString(1, table.schema());
          statement.setString(2, table.name());
          statement.setString(3, column.name());
          statement.setString(4, suggestion.tag());
          statement.setString(5, suggestion.reason());
          statement.addBatch();
        }
      }
      statement.executeBatch();
    }
  }
}
