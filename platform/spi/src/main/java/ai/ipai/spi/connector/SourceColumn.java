package ai.ipai.spi.connector;

/**
 * One column of a stream.
 *
 * @param name as the source calls it
 * @param type what its values are
 * @param comment the source's own label, or empty
 */
public record SourceColumn(String name, ColumnType type, String comment) {
  public static SourceColumn of(String name, ColumnType type) {
    return new SourceColumn(name, type, "");
  }
}
