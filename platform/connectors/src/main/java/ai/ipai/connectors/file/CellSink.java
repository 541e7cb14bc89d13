package ai.ipai.connectors.file;

/** Takes the values of one record, in any order; what it is not given is null. */
interface CellSink {
  /** Text, in UTF-8, whose type is to be found out; empty text is null. */
  void text(int column, byte[] utf8, int from, int length);

  /** Text for sure. */
  void string(int column, char[] chars, int from, int length);

  /** A null that is said: it takes back a value of the same column. */
  void none(int column);

  void whole(int column, long value);

  /** A number as JSON spells it. */
  void decimal(int column, char[] chars, int from, int length);

  /** As Java types of {@link ai.ipai.spi.connector.ColumnType}; strings are text for sure. */
  void value(int column, Object value);
}
