package ai.ipai.pipelines.run;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** What a build did, in the order in which nodes ended. */
public record BuildReport(
    UUID buildId, Instant startedAt, Duration duration, List<NodeResult> results) {
  public BuildReport {
    results = List.copyOf(results);
  }

  public boolean succeeded() {
    return results.stream()
        .noneMatch(r -> r.status() == NodeStatus.FAILED || r.status() == NodeStatus.SKIPPED);
  }

  public long count(NodeStatus status) {
    return results.stream().filter(result -> result.status() == status).count();
  }

  public long testsPassed() {
    return results.stream().mapToLong(NodeResult::passed).sum();
  }

  public long testsWarned() {
    return results.stream().mapToLong(NodeResult::warned).sum();
  }

  public long testsFailed() {
    return results.stream().mapToLong(NodeResult::failed).sum();
  }

  /** Rows left out by expectations. */
  public long rowsRemoved() {
    return results.stream().mapToLong(NodeResult::rowsRemoved).sum();
  }

  /** The result of a node by its name. */
  public java.util.Optional<NodeResult> find(String name) {
    return results.stream().filter(result -> result.node().name().equals(name)).findFirst();
  }
}
