package ai.ipai.server.bench;

import ai.ipai.gateway.bench.AuditBenchmark;
import ai.ipai.server.Installation;
import ai.ipai.server.progress.Progress;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** What the audit takes from reads. */
final class AuditCost implements Benchmark {
  @Override
  public String name() {
    return "audit";
  }

  @Override
  public String summary() {
    return "governed reads with and without their audit record (about a minute)";
  }

  @Override
  public List<Measurement> run(BenchmarkRun run) {
    try (Installation installation = run.open()) {
      Progress.Step step =
          run.progress().begin("reads with and without audit", "turns", AuditBenchmark.TURNS);
      AtomicLong turns = new AtomicLong();
      List<Measurement> measured =
          AuditBenchmark.run(installation.database(), () -> step.at(turns.incrementAndGet()))
              .stream()
              .map(AuditCost::measurement)
              .toList();
      step.done(turns + " turns");
      return measured;
    }
  }

  private static Measurement measurement(AuditBenchmark.Cost cost) {
    return Measurement.of(cost.work(), cost.with(), "/s")
        .beside("without audit", cost.without())
        .judged(new Measurement.Goal("cost", cost.percent(), "%", cost.goalPercent()));
  }
}
