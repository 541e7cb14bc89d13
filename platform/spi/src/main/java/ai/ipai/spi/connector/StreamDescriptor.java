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
 * @param tellsDeletes whether {@link ReadMode#CHANGES} tells every deletion, as a log does
 */
public record StreamDescriptor(
    String name,
    List<SourceColumn> columns,
    List<String> key,
    Set<ReadMode> modes,
    String comment,
    boolean tellsDeletes) {
  public StreamDescriptor {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
    modes = Set.copyOf(modes);
    if (!modes.contains(ReadMode.SNAPSHOT)) {
      throw new IllegalArgumentException("every stream can be read whole: " + name);
    }
  }

  /** A stream whose changes do not tell what was deleted. */
  public StreamDescriptor(
      String name,
      List<SourceColumn> columns,
      List<String> key,
      Set<ReadMode> modes,
      String comment) {
    this(name, columns, key, modes, comment, false);
  }
}
