package ai.ipai.pipelines.run;

import ai.ipai.pipelines.project.Node;
import ai.ipai.spi.name.QualifiedName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What is recorded of one run of a node.
 *
 * @param inputs version of the data of everything it read, by unique id
 * @param rows -1 where there is nothing to count
 */
record NodeRecord(
    UUID runId,
    UUID buildId,
    Node node,
    QualifiedName relation,
    String reason,
    String fingerprint,
    Map<String, String> inputs,
    long rows,
    long rowsRemoved,
    List<CheckResult> checks,
    String message,
    Instant startedAt) {
  long count(String status) {
    return checks.stream()
        .filter(check -> check.kind().equals("test") && check.status().equals(status))
        .count();
  }
}
