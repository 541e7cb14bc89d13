package ai.ipai.connectors.file;

import java.time.Duration;

/**
 * What a parser's process may take.
 *
 * @param heapMegabytes of Java objects
 * @param residentMegabytes of everything, watched where the system tells
 * @param silence processor time without a sign of progress. A busy machine is not the file's fault;
 *     only {@value #STALLED} times as long by the clock is taken for a stall
 * @param processorTime for one file, and the same again for each 100 MB of it
 */
record ParserLimits(
    int heapMegabytes, int residentMegabytes, Duration silence, Duration processorTime) {
  static final ParserLimits USUAL =
      new ParserLimits(192, 512, Duration.ofSeconds(30), Duration.ofSeconds(60));
  private static final long MEGABYTES_EACH = 100;
  private static final int STALLED = 20;

  Duration stall() {
    return silence.multipliedBy(STALLED);
  }

  Duration processorTime(long fileBytes) {
    return processorTime.multipliedBy(1 + (fileBytes >> 20) / MEGABYTES_EACH);
  }
}
