package ai.ipai.spi.connector;

import java.util.List;
import java.util.Set;

/**
 * One stream of a source, such as a model, a file set or an API collection.
 *
 * @param name as the source calls it, any alphabet and length; the loader makes the table name
 * @param columns in the source's order
 * @param key names of the columns that identify a row, empty where nothing does
 * @param modes how it can be read; always holds {@link ReadMode#SNAPSHOT}
 * @param comment for people, or empty
 */
public record StreamDescriptor(
    String name,
    List<SourceColumn> columns,
    List<String> key,
    Set<ReadMode> modes,
    String comment) {
  public StreamDescriptor {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
    modes = Set.copyOf(modes);
    if (!modes.contains(ReadMode.SNAPSHOT)) {
      throw new IllegalArgumentException("every stream can be read whole: " + name);
    }
  }
}
