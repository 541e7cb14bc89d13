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
          "preset": {"enum": ["odoo"], "description": "an Odoo database: transient models, queues, sessions, Odoo's log, keys, passwords and the bytes of attachments are left out"},
          "page_size": {"type": "integer", "minimum": 1, "maximum": 100000, "default": 10000},
          "tls": {"enum": ["verify-full", "verify-ca", "require", "prefer", "off"], "description": "nothing said: verify-full at public addresses, prefer at private ones"},
          "tls_ca": {"type": "string", "description": "a file of the workspace with the certificates to trust, where they are not publicly known"},
          "private_addresses": {"type": "boolean", "default": false},
          "log": {
            "type": ["boolean", "object"],
            "additionalProperties": false,
            "description": "changes are read from the server's log: true, or how",
            "properties": {
              "slot": {"type": "string", "description": "PostgreSQL: the replication slot, made by the first run; ipai_<connector>"},
              "publication": {"type": "string", "description": "PostgreSQL: a publication of the selected tables; ipai_<connector>"},
              "most": {"type": "string", "default": "10GB", "description": "the most of its log that the server may keep for us; a stream that needs more is read whole instead"},
              "server_id": {"type": "integer", "minimum": 1, "maximum": 4294967295, "description": "MariaDB and MySQL: a number that no other replica of the server has"}
            }
          },
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
          "deletes": {"enum": ["each_run", "reconcile"], "default": "reconcile", "description": "when a stream with a cursor looks for deletions: each_run compares the keys of both sides after each reading of changes"},
          "log": {"type": "boolean", "default": true, "description": "false: not from the log, though the connection says so"},
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
    SourceDatabase source = SourceDatabase.of(database, context);
    LogSettings log =
        LogSettings.of(settings.name(), database.kind(), settings.connection()).orElse(null);
    return new DatabaseConnector(
        database,
        settings,
        source,
        context.cancellation(),
        log,
        log == null ? null : log(database, source, log, context));
  }

  private static LogSource log(
      DatabaseSettings database, SourceDatabase source, LogSettings log, ConnectorContext context) {
    return database.kind() == DatabaseSettings.Kind.POSTGRESQL
        ? new PostgresLog(source, database, log, context.cancellation())
        : new BinlogLog(source, database, log, context.cancellation());
  }
}
