package ai.ipai.connectors.database;

import ai.ipai.spi.connector.JsonText;
import ai.ipai.spi.connector.SourceRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Fetches from the table what the log leaves out of a row that got another key, and that therefore
 * cannot be taken from the row as it was loaded. What changed since comes later in the log.
 */
record RowLookup(SourceDatabase database, SourceTable table) {

  /** Fills what is {@link SourceRow#UNCHANGED}; null if the row has gone since. */
  void fill(List<TableField> fields, @Nullable Object[] row) {
    List<Integer> wanted = new ArrayList<>();
    for (int i = 0; i < row.length; i++) {
      if (SourceRow.isUnchanged(row[i])) {
        row[i] = null;
        if (table.index(fields.get(i).name()) >= 0) {
          wanted.add(i);
        }
      }
    }
    if (!wanted.isEmpty()) {
      ChangeLog.asking("reading " + table.name(), () -> fetch(fields, row, wanted));
    }
  }

  private boolean fetch(List<TableField> fields, @Nullable Object[] row, List<Integer> wanted)
      throws java.sql.SQLException {
    List<TableField> key =
        table.key().stream().map(name -> table.fields().get(table.index(name))).toList();
    String sql =
        "select %s from %s where %s"
            .formatted(
                wanted.stream()
                    .map(i -> fields.get(i).column() + "::text")
                    .collect(Collectors.joining(", ")),
                table.from(),
                key.stream()
                    .map(field -> field.column() + " = " + field.bind())
                    .collect(Collectors.joining(" and ")));
    try (Connection connection = database.open();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      List<String> names = fields.stream().map(TableField::name).toList();
      for (int i = 0; i < key.size(); i++) {
        Object value = row[names.indexOf(key.get(i).name())];
        statement.setString(
            i + 1, value instanceof JsonText json ? json.json() : String.valueOf(value));
      }
      ResultSet rows = statement.executeQuery();
      if (rows.next()) {
        for (int i = 0; i < wanted.size(); i++) {
          row[wanted.get(i)] = rows.getString(i + 1);
        }
      }
      return true;
    }
  }
}
