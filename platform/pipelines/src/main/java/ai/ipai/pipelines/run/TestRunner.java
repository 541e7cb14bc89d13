package ai.ipai.pipelines.run;

import ai.ipai.pipelines.PipelineErrors;
import ai.ipai.pipelines.compile.ModelCompiler;
import ai.ipai.pipelines.project.Node;
import ai.ipai.spi.error.IpaiException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;

/** Runs data tests: queries whose rows are the failures. */
final class TestRunner {
  private final BuildSession session;
  private final ModelCompiler compiler;

  TestRunner(BuildSession session, ModelCompiler compiler) {
    this.session = session;
    this.compiler = compiler;
  }

  /** Never throws for what the test says: a test that cannot run has failed with an error. */
  CheckResult run(Node test, ModelCompiler.Options options) throws SQLException {
    long started = System.nanoTime();
    boolean warns =
        test.config().text("severity").orElse("error").toLowerCase(Locale.ROOT).equals("warn");
    String action = warns ? "warn" : "fail";
    String name =
        test.name().contains(".")
            ? test.name().substring(0, test.name().indexOf('.'))
            : test.name();
    session.run("savepoint test");
    try {
      String sql = compiler.compile(test, options).sql();
      long[] found = count(test, sql);
      session.run("release savepoint test");
      boolean failed = found[1] == 1 && !warns;
      boolean warned = !failed && found[2] == 1;
      String status = failed ? "fail" : warned ? "warn" : "pass";
      return new CheckResult(
          test.uniqueId(), name, "test", action, status, found[0], -1, millis(started), "");
    } catch (SQLException failed) {
      if (failed.getSQLState() == null
          || failed.getSQLState().startsWith("08")
          || failed.getSQLState().startsWith("57P")) {
        throw failed;
      }
      session.run("rollback to savepoint test");
      return new CheckResult(
          test.uniqueId(),
          name,
          "test",
          action,
          "error",
          -1,
          -1,
          millis(started),
          SqlFaults.message(failed));
    } catch (IpaiException fault) {
      session.run("rollback to savepoint test");
      return new CheckResult(
          test.uniqueId(),
          name,
          "test",
          action,
          "error",
          -1,
          -1,
          millis(started),
          String.valueOf(fault.getMessage()));
    }
  }

  private static String limit(Node test, String rows) {
    if (!rows.matches("[0-9]{1,18}")) {
      throw new IpaiException(
              PipelineErrors.BAD_CONFIG,
              test.code().place() + ": the limit of a test is a number of rows, not '" + rows + "'")
          .hint("Write limit: 100.");
    }
    return rows;
  }

  private static long millis(long started) {
    return (System.nanoTime() - started) / 1_000_000;
  }

  /** Failures, whether that is an error, whether that is a warning. */
  private long[] count(Node test, String sql) throws SQLException {
    String calculation = test.config().text("fail_calc").orElse("count(*)");
    String errorIf = test.config().text("error_if").orElse("!= 0");
    String warnIf = test.config().text("warn_if").orElse("!= 0");
    String limit =
        test.config().text("limit").map(rows -> "\nlimit " + limit(test, rows.strip())).orElse("");
    String query =
        "select failures, (failures "
            + errorIf
            + ")::int, (failures "
            + warnIf
            + ")::int from (select coalesce("
            + calculation
            + ", 0)::bigint as failures from (\n"
            + sql
            + limit
            + "\n) as found) as counted";
    try (Statement statement = session.connection().createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return new long[] {row.getLong(1), row.getLong(2), row.getLong(3)};
    }
  }
}
