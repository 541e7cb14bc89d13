package ai.ipai.governance.matrix;

import ai.ipai.governance.policy.Operation;
import ai.ipai.governance.policy.RelationShape;
import ai.ipai.postgres.caller.CallerOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one caller can write to a table: every probe row in, over every row, and out. */
final class WriteCheck {
  private final PermissionMatrix matrix;
  private final Doors doors;
  private final Expectation expectation;

  WriteCheck(PermissionMatrix matrix, Doors doors, Expectation expectation) {
    this.matrix = matrix;
    this.doors = doors;
    this.expectation = expectation;
  }

  void check(MatrixCaller caller, RelationShape table, Findings findings) throws SQLException {
    doors.as(
        caller,
        CallerOptions.writing(),
        connection -> {
          inserts(caller, table, connection, findings);
          updates(caller, table, connection, findings);
          deletes(caller, table, connection, findings);
          return true;
        });
  }

  private void inserts(
      MatrixCaller caller, RelationShape table, Connection connection, Findings findings)
      throws SQLException {
    for (Map<String, @Nullable String> probe : matrix.probes(table.name())) {
      boolean expected = expectation.mayReach(caller, Operation.INSERT, table, probe);
      String insert = MatrixScratch.insert(table.name(), table, probe);
      findings.check(
          expected == (written(connection, insert) == 1),
          caller
              + (expected ? " cannot" : " can")
              + " insert row "
              + probe.get(Probes.ID)
              + " into "
              + table.name());
    }
  }

  private void updates(
      MatrixCaller caller, RelationShape table, Connection connection, Findings findings)
      throws SQLException {
    long mayUpdate = count(caller, Operation.UPDATE, table);
    int updated =
        written(connection, "update " + table.name().quoted() + " set " + Probes.ID + " = 1000");
    findings.check(
        updated == mayUpdate,
        caller + " updates " + updated + " rows of " + table.name() + " and not " + mayUpdate);
    for (Map<String, @Nullable String> probe : matrix.probes(table.name())) {
      long mayMove = expectation.mayReach(caller, Operation.UPDATE, table, probe) ? mayUpdate : 0;
      int moved = written(connection, MatrixScratch.update(table, probe));
      findings.check(
          moved == mayMove,
          caller
              + " turns "
              + moved
              + " rows of "
              + table.name()
              + " into row "
              + probe.get(Probes.ID)
              + " and not "
              + mayMove);
    }
  }

  private void deletes(
      MatrixCaller caller, RelationShape table, Connection connection, Findings findings)
      throws SQLException {
    long mayDelete = count(caller, Operation.DELETE, table);
    int deleted = written(connection, "delete from " + table.name().quoted());
    findings.check(
        deleted == mayDelete,
        caller + " deletes " + deleted + " rows of " + table.name() + " and not " + mayDelete);
  }

  private long count(MatrixCaller caller, Operation operation, RelationShape table) {
    List<Map<String, @Nullable String>> probes = matrix.probes(table.name());
    return probes.stream()
        .filter(probe -> expectation.mayReach(caller, operation, table, probe))
        .count();
  }

  /** How many rows a write touches; it is undone. Denied counts as none. */
  private static int written(Connection connection, String sql) throws SQLException {
    return Doors.attempt(
            connection,
            c -> {
              try (Statement statement = c.createStatement()) {
                return statement.executeUpdate(sql);
              }
            })
        .orElse(0);
  }
}
