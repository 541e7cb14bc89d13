package ai.ipai.spi.connector;

import java.util.OptionalLong;

/**
 * What bronze holds of a stream whose key is one BIGINT column, so that a reader can compare
 * numbers of rows by range and look closer only where they differ. Only rows that are not deleted
 * count, and only what is committed: batches that this reading gave may be under way. Used by one
 * thread.
 */
public interface LoadedKeys {
  /** How many rows have a key in {@code (after, upTo]}. */
  long count(long after, long upTo);

  /** The highest key; empty without rows. */
  OptionalLong highest();
}
