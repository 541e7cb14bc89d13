package ai.ipai.connectors.database;

import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.SourceColumn;

/**
 * One column of a table and how it is read.
 *
 * @param select what stands in the select list
 * @param column the quoted name, as it stands in conditions and orders
 * @param bind a parameter of its type, such as {@code cast(? as uuid)}
 * @param way how the driver is asked for the value
 * @param ordered whether rows can be ordered by it
 */
record TableField(
    String name,
    ColumnType type,
    String select,
    String column,
    String bind,
    Way way,
    boolean ordered,
    boolean nullable,
    String comment) {

  /** How a value comes out of the driver without loss. */
  enum Way {
    BOOLEAN,
    LONG,
    DECIMAL,
    DOUBLE,
    TEXT,
    BYTES,
    DATE,
    LOCAL_TIME,
    ZONED_TIME,
    JSON,
    /** A date as text: what is no date stays the text. */
    DATE_TEXT,
    LOCAL_TIME_TEXT,
    /** Text without a zone, of a session in UTC. */
    UTC_TEXT,
    /** A binary number of four bytes, whose text has fewer digits. */
    SINGLE,
    /** An address, whose text alone leaves the mask of a single machine out. */
    INET,
    /** An array or a row, which the server makes JSON of. */
    COMPOSED
  }

  SourceColumn source() {
    return new SourceColumn(name, type, comment);
  }
}
