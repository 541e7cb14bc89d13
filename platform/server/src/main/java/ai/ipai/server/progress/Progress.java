package ai.ipai.server.progress;

/**
 * Where long work reports how far it is. Steps may run at the same time; every method may be called
 * from any thread.
 */
public interface Progress extends AutoCloseable {

  /**
   * Begins a step.
   *
   * @param name what it works on, such as {@code erp account.move.line}
   * @param unit what is counted, in the plural, such as {@code rows}
   * @param total how many there will be; negative if nobody knows
   */
  Step begin(String name, String unit, long total);

  /** A line that stays, such as a heading or a warning. */
  void say(String line);

  /** Leaves the terminal as it was found. */
  @Override
  void close();

  /** One step under way; ends with exactly one of {@link #done} and {@link #failed}. */
  interface Step {
    /** Sets how many there will be, once known. */
    void total(long total);

    /** Sets how many are done so far. */
    void at(long done);

    /** Ends the step; the remark says what came out. */
    void done(String remark);

    /** Ends the step; the reason is one line. */
    void failed(String reason);
  }
}
