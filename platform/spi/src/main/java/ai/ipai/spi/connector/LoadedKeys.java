package ai.ipai.spi.connector;

import java.util.OptionalLong;

/**
 * What bronze holds of a stream whose key is one BIGINT column, so that a reader can find what is
 * gone: by comparing numbers of rows by range, or the keys themselves. Only rows that are not
 * deleted count, and only what is committed: batches that this reading gave may be under way. Used
 * by one thread.
 */
public interface LoadedKeys {
  /**
   * How many rows have a key in {@code (after, upTo]}. Tells nothing where {@link #isWhole} is
   * false.
   */
  long count(long after, long upTo);

  /** The highest key; empty without rows. */
  OptionalLong highest();

  /**
   * Whether bronze has every row that it was given: false where a contract discards rows, so that
   * numbers prove nothing.
   */
  boolean isWhole();

  /**
   * The keys above {@code after}, as of one moment, however many: they are not kept. Nothing else
   * may be asked before it is closed, and no batch be given, since the loader may have to wait for
   * it.
   */
  Ascending ascending(long after);

  /** Keys, one after the other, each greater than the one before. */
  interface Ascending extends AutoCloseable {
    /** Goes to the next key; false if there is none. */
    boolean next();

    /** The key that {@link #next} went to. */
    long key();

    @Override
    void close();
  }
}
