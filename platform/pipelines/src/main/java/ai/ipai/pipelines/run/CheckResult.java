package ai.ipai.pipelines.run;

/**
 * What an expectation or a test found.
 *
 * @param kind {@code expectation} or {@code test}
 * @param action {@code warn}, {@code drop}, {@code quarantine} or {@code fail}
 * @param status {@code pass}, {@code warn}, {@code fail} or {@code error}
 * @param failures rows that do not meet it; -1 where it could not be told
 * @param rows rows that were looked at; -1 where it does not say
 * @param message why it could not be told; empty otherwise
 */
public record CheckResult(
    String uniqueId,
    String name,
    String kind,
    String action,
    String status,
    long failures,
    long rows,
    long millis,
    String message) {
  public boolean isBlocking() {
    return status.equals("fail") || status.equals("error");
  }
}
