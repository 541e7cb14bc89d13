package ai.ipai.connectors.database;

import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.ConnectorContext;
import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.ConnectorSpec;
import ai.ipai.spi.connector.ConnectorType;

/** {@code type: database}. */
public final class DatabaseConnectorType implements ConnectorType {
  private static final String CONNECTION =
      """
      {
        "type": "object",
        "required": ["kind"],
        "additionalProperties": false,
        "properties": {
          "kind": {"enum": ["postgresql", "mariadb", "mysql", "jdbc"]},
          "host": {"type": "string"},
          "port": {"type": "integer", "minimum": 1, "maximum": 65535},
          "database": {"type": "string"},
          "url": {"type": "string", "pattern": "^jdbc:", "description": "kind jdbc only: the address, without options"},
          "login": {"type": "string", "description": "a user who may read, and nothing else"},
          "secret": {"type": "string", "pattern": "^secret://", "description": "the user's password"},
          "options": {"type": "object", "additionalProperties": {"type": ["string", "integer", "boolean"]}, "description": "options of the driver, as far as they are on the list of harmless ones"},
          "drivers": {"type": "string", "default": "drivers", "description": "kind jdbc only: the folder of the workspace that holds the driver"},
          "schemas": {"type": "array", "minItems": 1, "items": {"type": "string"}, "description": "tables of the first are streams by their bare names, those of others as schema.table"},
          "page_size": {"type": "integer", "minimum": 1, "maximum": 100000, "default": 10000},
          "private_addresses": {"type": "boolean", "default": false},
          "timeout": {"type": "string", "default": "10m", "description": "of one page"}
        }
      }
      """;
  private static final String STREAM =
      """
      {
        "type": "object",
        "additionalProperties": false,
        "properties": {
          "cursor": {"type": "string", "description": "a column that grows with each change: changes are read by it"},
          "overlap": {"type": ["string", "integer"], "description": "how much is read again: at least the longest transaction (15m), or a number where the column is one (1000)"},
          "key": {"type": "array", "minItems": 1, "items": {"type": "string"}, "description": "columns that identify a row, where the table declares none"}
        }
      }
      """;

  @Override
  public ConnectorSpec spec() {
    return new ConnectorSpec("database", "Database", CONNECTION, STREAM, true);
  }

  @Override
  public Connector open(ConnectorSettings settings, ConnectorContext context) {
    DatabaseSettings database = DatabaseSettings.of(settings.connection());
    return new DatabaseConnector(
        database, settings, SourceDatabase.of(database, context), context.cancellation());
  }
}
