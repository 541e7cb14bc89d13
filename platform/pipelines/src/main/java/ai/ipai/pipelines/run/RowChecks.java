package ai.ipai.pipelines.run;

import ai.ipai.pipelines.project.Expectation;
import ai.ipai.pipelines.project.Node;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts a model's expectations in one scan, takes out the rows that must go, and puts those to
 * quarantine aside in the scratch schema, from where publishing takes them.
 */
final class RowChecks {
  private final BuildSession session;
  private final Node node;
  private final QualifiedName quarantine;
  private final List<CheckResult> results = new ArrayList<>();
  private long removed;
  private boolean hasQuarantine;

  RowChecks(BuildSession session, Node node, QualifiedName published) {
    this.session = session;
    this.node = node;
    this.quarantine = BuildName.of(published, "__held");
  }

  void check(QualifiedName relation) throws SQLException {
    session.drop(quarantine);
    List<Expectation> expectations = node.facts().expectations();
    if (expectations.isEmpty()) {
      return;
    }
    long started = System.nanoTime();
    StringBuilder sql = new StringBuilder("select count(*)");
    for (Expectation expectation : expectations) {
      sql.append(", count(*) filter (where ").append(broken(expectation)).append(')');
    }
    List<Long> counts = session.numbers(sql.append(" from ").append(relation.quoted()).toString());
    long millis = (System.nanoTime() - started) / 1_000_000;
    List<Expectation> removing = new ArrayList<>();
    for (int i = 0; i < expectations.size(); i++) {
      Expectation expectation = expectations.get(i);
      long failures = counts.get(i + 1);
      results.add(result(expectation, failures, counts.getFirst(), millis));
      if (failures > 0 && expectation.removesRows()) {
        removing.add(expectation);
      }
    }
    if (!removing.isEmpty() && results.stream().noneMatch(CheckResult::isBlocking)) {
      remove(relation, removing);
    }
  }

  /** The author's expression on lines of its own, so that a comment at its end harms nothing. */
  private static String broken(Expectation expectation) {
    return "(\n" + expectation.expression() + "\n) is not true";
  }

  private CheckResult result(Expectation expectation, long failures, long rows, long millis) {
    String action = expectation.action().name().toLowerCase(java.util.Locale.ROOT);
    String status =
        failures == 0 ? "pass" : expectation.action() == Expectation.Action.FAIL ? "fail" : "warn";
    return new CheckResult(
        node.uniqueId(),
        expectation.name(),
        "expectation",
        action,
        status,
        failures,
        rows,
        millis,
        "");
  }

  private void remove(QualifiedName relation, List<Expectation> removing) throws SQLException {
    List<Expectation> held =
        removing.stream().filter(e -> e.action() == Expectation.Action.QUARANTINE).toList();
    if (!held.isEmpty()) {
      String names =
          String.join(
              ", ",
              held.stream()
                  .map(
                      e -> "case when " + broken(e) + " then " + SqlText.literal(e.name()) + " end")
                  .toList());
      session.run(
          "create table "
              + quarantine.quoted()
              + " as select array_remove(array["
              + names
              + "], null) as expectations, to_jsonb(checked) as row_data from "
              + relation.quoted()
              + " as checked where "
              + any(held));
      hasQuarantine = true;
    }
    removed = session.run("delete from " + relation.quoted() + " where " + any(removing));
  }

  private static String any(List<Expectation> expectations) {
    return String.join(" or ", expectations.stream().map(RowChecks::broken).toList());
  }

  List<CheckResult> results() {
    return results;
  }

  long removed() {
    return removed;
  }

  /** The table of rows to keep, if there are any. */
  java.util.Optional<QualifiedName> quarantine() {
    return hasQuarantine ? java.util.Optional.of(quarantine) : java.util.Optional.empty();
  }
}
