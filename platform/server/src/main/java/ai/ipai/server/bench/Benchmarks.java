package ai.ipai.server.bench;

import java.util.List;
import java.util.Optional;

/** Every benchmark of the product. A new one is named here. */
public final class Benchmarks {
  private static final List<Benchmark> ALL =
      List.of(new AuditCost(), new LoadCost(), new OdooCost(), new StartCost());

  private Benchmarks() {}

  public static List<Benchmark> all() {
    return ALL;
  }

  public static Optional<Benchmark> find(String name) {
    return ALL.stream().filter(benchmark -> benchmark.name().equals(name)).findFirst();
  }
}
