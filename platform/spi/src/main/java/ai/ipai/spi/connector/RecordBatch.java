package ai.ipai.spi.connector;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows and the cursor that is true once they are stored. A batch is stored whole or not at all.
 *
 * @param columns of these rows, in the order of their values; new ones appear here first
 * @param rows in source order; of two with the same key the later one counts
 * @param removal what this batch tells about rows that are gone, or null; marked before the rows
 *     are stored
 * @param rejects inputs left out whole, such as a broken file; stored with their reasons
 * @param after where a reader goes on after this batch
 */
public record RecordBatch(
    List<SourceColumn> columns,
    List<SourceRow> rows,
    @Nullable Removal removal,
    List<Reject> rejects,
    Cursor after) {
  public RecordBatch {
    columns = List.copyOf(columns);
    rejects = List.copyOf(rejects);
  }

  public static RecordBatch of(List<SourceColumn> columns, List<SourceRow> rows, Cursor after) {
    return new RecordBatch(columns, rows, null, List.of(), after);
  }
}
