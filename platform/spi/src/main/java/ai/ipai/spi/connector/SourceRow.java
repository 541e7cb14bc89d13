package ai.ipai.spi.connector;

import org.jspecify.annotations.Nullable;

/**
 * One row. Values stand in the order of the batch's columns; the array belongs to the batch and is
 * not changed after it was handed over.
 */
public final class SourceRow {
  private final boolean deleted;
  private final @Nullable Object[] values;

  private SourceRow(boolean deleted, @Nullable Object[] values) {
    this.deleted = deleted;
    this.values = values;
  }

  /** A row as it is now. Whether it is new or changed the loader finds out by its key. */
  public static SourceRow present(@Nullable Object... values) {
    return new SourceRow(false, values);
  }

  /** A row that the source says is gone; only its key columns need values. */
  public static SourceRow deleted(@Nullable Object... values) {
    return new SourceRow(true, values);
  }

  public boolean isDeleted() {
    return deleted;
  }

  public @Nullable Object value(int column) {
    return values[column];
  }

  public int width() {
    return values.length;
  }
}
