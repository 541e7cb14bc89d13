package ai.ipai.spi.connector;

import org.jspecify.annotations.Nullable;

/**
 * One row. Values stand in the order of the batch's columns; the array belongs to the batch and is
 * not changed after it was handed over.
 */
public final class SourceRow {
  /**
   * Stands for a value that the source did not send because it has not changed. Only in rows of
   * {@link ReadMode#CHANGES} whose key was loaded before, and never in a key.
   */
  public static final Object UNCHANGED = new Unchanged();

  private final boolean deleted;
  private final @Nullable Object[] values;

  private SourceRow(boolean deleted, @Nullable Object[] values) {
    this.deleted = deleted;
    this.values = values;
  }

  /**
   * A row as it is now, of values of their columns' types. Whether it is new or changed the loader
   * finds out by its key.
   */
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

  /** Whether a value is {@link #UNCHANGED}. */
  public static boolean isUnchanged(@Nullable Object value) {
    return value instanceof Unchanged;
  }

  private static final class Unchanged {
    @Override
    public String toString() {
      return "unchanged";
    }
  }
}
