package ai.ipai.governance.audit;

/**
 * How many reads end while a group is written, from how long writing took and how fast entries came
 * lately. Told by one thread, asked by many.
 */
final class WritingPace {
  private static final double NEWEST = 0.125;

  private double writeNanos;
  private double entriesPerNano;
  private long lastWritten = System.nanoTime();
  private volatile int meanwhile;

  /** One group is durable, or has failed. Moments as of {@link System#nanoTime}. */
  void wrote(int entries, long begun, long ended) {
    double cycle = Math.max(1, ended - lastWritten);
    lastWritten = ended;
    writeNanos += NEWEST * (ended - begun - writeNanos);
    entriesPerNano += NEWEST * (entries / cycle - entriesPerNano);
    meanwhile = (int) Math.round(Math.min(writeNanos * entriesPerNano, 1 << 16));
  }

  /**
   * Twice what ends meanwhile, for both figures swing: one read too few and the processors stand
   * idle until the group is durable, which costs more than a smaller group does. Between an eighth
   * and two thirds of all; at least one: who comes while one other reads does not wait for that
   * one.
   *
   * @param gathered how many entries the next group has
   */
  int meanwhile(int gathered) {
    int least = Math.max(1, gathered / 7);
    return Math.clamp(2L * meanwhile, least, 2 * gathered);
  }
}
