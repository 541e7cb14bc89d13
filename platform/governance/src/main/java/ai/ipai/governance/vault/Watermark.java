package ai.ipai.governance.vault;

/**
 * The highest counter of the manifest that was ever seen, kept outside the database, where
 * restoring an old database does not reach. Safe for threads.
 */
public interface Watermark {
  /** 0 before the first. Errors: {@code VLT-015}. */
  long highest();

  /** Remembers a counter, if it is higher. Errors: {@code VLT-015}. */
  void raise(long counter);

  /** Sets it lower on purpose: the database was restored and somebody accepted that. */
  void reset(long counter);

  /** Lives as long as the process: for several processes without a common folder. */
  static Watermark inMemory() {
    return new Watermark() {
      private long highest;

      @Override
      public synchronized long highest() {
        return highest;
      }

      @Override
      public synchronized void raise(long counter) {
        highest = Math.max(highest, counter);
      }

      @Override
      public synchronized void reset(long counter) {
        highest = counter;
      }
    };
  }
}
