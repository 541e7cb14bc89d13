package ai.ipai.ingest.load;

import ai.ipai.ingest.table.BronzeTable;
import ai.ipai.ingest.table.TableSwap;
import ai.ipai.spi.connector.JsonText;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.name.QualifiedName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * Rows that a contract keeps out of their table. They stay whole in {@code _ipai_discarded_<table>}
 * beside it, under the same protection.
 */
public final class Discards {
  private Discards() {}

  /**
   * One of them.
   *
   * @param reasons as in {@code _ipai_rescued}
   * @param row JSON by the source's names; what jsonb cannot hold is escaped
   */
  record Row(String reasons, String row) {}

  static String json(List<SourceColumn> columns, SourceRow row) {
    ObjectNode json = Rescue.JSON.createObjectNode();
    for (int i = 0; i < columns.size(); i++) {
      Object value = row.value(i);
      if (value != null) {
        put(json, columns.get(i).name().replace('\0', '_'), value);
      }
    }
    return json.toString();
  }

  private static void put(ObjectNode json, String name, Object value) {
    String text = value instanceof JsonText given ? given.json() : Rescue.json(value);
    if (Rescue.isStorableJson(text)) {
      try {
        json.set(name, Rescue.JSON.readTree(text));
        return;
      } catch (JacksonException e) {
        // As Base64, below.
      }
    }
    json.putObject(name).put("utf16_base64", Rescue.base64(value));
  }

  static QualifiedName table(QualifiedName live) {
    return TableSwap.prefixed("_ipai_discarded_", live);
  }

  /** Takes back what a run kept out of a table. */
  public static void forget(Connection connection, QualifiedName live, UUID run)
      throws SQLException {
    QualifiedName table = table(live);
    if (!BronzeTable.exists(connection, table)) {
      return;
    }
    try (PreparedStatement statement =
        connection.prepareStatement("delete from " + table.quoted() + " where _ipai_run_id = ?")) {
      statement.setObject(1, run);
      statement.executeUpdate();
    }
  }

  static void store(Connection connection, LoadTarget target, List<Row> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    QualifiedName table = table(target.live());
    BronzeTable.createSchema(connection, table.schema());
    if (!BronzeTable.exists(connection, table)) {
      BronzeTable.createDiscarded(connection, table);
    }
    String sql =
        "insert into %s (_ipai_run_id, _ipai_loaded_at, reasons, source_row) values (?, ?, ?::jsonb, ?::jsonb)"
            .formatted(table.quoted());
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (Row row : rows) {
        statement.setObject(1, target.run());
        statement.setTimestamp(2, Timestamp.from(target.at()));
        statement.setString(3, Objects.requireNonNull(row.reasons()));
        statement.setString(4, row.row());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }
}
