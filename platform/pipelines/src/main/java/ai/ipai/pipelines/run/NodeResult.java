package ai.ipai.pipelines.run;

import ai.ipai.pipelines.project.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What became of one node.
 *
 * @param reason why it ran or did not
 * @param rows in the published relation; -1 for views and where nothing was built
 * @param rowsRemoved left out by expectations
 * @param message what failed, with file and line; empty otherwise
 */
public record NodeResult(
    Node node,
    NodeStatus status,
    String reason,
    long rows,
    long rowsRemoved,
    List<CheckResult> checks,
    String message,
    Instant startedAt,
    Duration duration) {
  public NodeResult {
    checks = List.copyOf(checks);
  }

  static NodeResult without(Node node, NodeStatus status, String reason) {
    return new NodeResult(node, status, reason, -1, 0, List.of(), "", Instant.now(), Duration.ZERO);
  }

  public long passed() {
    return count("pass");
  }

  public long warned() {
    return count("warn");
  }

  public long failed() {
    return checks.stream().filter(CheckResult::isBlocking).count();
  }

  private long count(String status) {
    return checks.stream().filter(check -> check.status().equals(status)).count();
  }
}
