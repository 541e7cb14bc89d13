package ai.ipai.server.bench;

import java.util.List;

/**
 * Something that can be measured beside a baseline in the same run. Named in {@link Benchmarks};
 * {@code ./ipai bench NAME} runs it.
 */
public interface Benchmark {
  /** The word after {@code bench}: lower-case, one word. */
  String name();

  /** One line for the list: what is measured, and about how long that takes. */
  String summary();

  /**
   * Measures.
   *
   * @return at least one, in the order in which they are to be read
   * @throws Exception whatever goes wrong; told as a failure of the command
   */
  List<Measurement> run(BenchmarkRun run) throws Exception;
}
