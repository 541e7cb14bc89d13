package ai.ipai.governance.matrix;

import ai.ipai.governance.policy.Operation;
import ai.ipai.governance.policy.RelationShape;
import ai.ipai.postgres.caller.CallerOptions;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one caller sees of a table and its parts, row by row and column by column. */
final class ReadCheck {
  private final PermissionMatrix matrix;
  private final Doors doors;
  private final Expectation expectation;
  private final Cells cells;

  ReadCheck(PermissionMatrix matrix, Doors doors, Expectation expectation, Cells cells) {
    this.matrix = matrix;
    this.doors = doors;
    this.expectation = expectation;
    this.cells = cells;
  }

  /** What came back: the rows by probe, and of each part how many. */
  private record Seen(Map<String, Map<String, @Nullable String>> rows, List<Long> partRows) {}

  void check(MatrixCaller caller, RelationShape table, List<Stored> stored, Findings findings)
      throws SQLException {
    List<Stored> parts = stored.stream().filter(Stored::isPart).toList();
    Seen seen = seen(caller, table, parts);
    long mayReach = 0;
    for (Map<String, @Nullable String> probe : matrix.probes(table.name())) {
      String id = String.valueOf(probe.get(Probes.ID));
      boolean expected = expectation.mayReach(caller, Operation.SELECT, table, probe);
      mayReach += expected ? 1 : 0;
      Optional<Map<String, @Nullable String>> row = Optional.ofNullable(seen.rows().get(id));
      findings.check(
          expected == row.isPresent(),
          caller + (expected ? " misses" : " sees") + " row " + id + " of " + table.name());
      if (expected && row.isPresent()) {
        columns(caller, table, probe, row.get(), findings);
      }
    }
    for (int i = 0; i < parts.size(); i++) {
      partRows(caller, table, parts.get(i), seen.partRows().get(i), mayReach, findings);
    }
  }

  /** One transaction for all of it. */
  private Seen seen(MatrixCaller caller, RelationShape table, List<Stored> parts)
      throws SQLException {
    return doors.as(
        caller,
        CallerOptions.reading(),
        connection -> {
          Map<String, Map<String, @Nullable String>> rows =
              Doors.attempt(connection, c -> Cells.read(c, table)).orElse(Map.of());
          List<Long> counts = new ArrayList<>();
          for (Stored part : parts) {
            String sql = "select * from " + part.name().quoted();
            counts.add(
                Doors.attempt(connection, c -> (long) Doors.texts(c, sql).size()).orElse(0L));
          }
          return new Seen(rows, counts);
        });
  }

  private void columns(
      MatrixCaller caller,
      RelationShape table,
      Map<String, @Nullable String> probe,
      Map<String, @Nullable String> seen,
      Findings findings) {
    for (String column : table.columnNames()) {
      String value = probe.get(column);
      if (value != null) {
        boolean hidden = expectation.isHidden(caller, table, column);
        findings.check(
            hidden
                ? cells.isRendered(
                    expectation.rendering(table, column), table, column, probe, seen.get(column))
                : cells.same(table, column, probe, seen),
            caller
                + (hidden ? " does not see the mask of " : " does not see ")
                + table.name()
                + "."
                + column
                + (hidden ? " as declared" : " clear"));
      }
    }
  }

  /** Who asks the parts themselves gets no more rows than through the name, and no hidden value. */
  private void partRows(
      MatrixCaller caller,
      RelationShape table,
      Stored part,
      long seen,
      long mayReach,
      Findings findings) {
    boolean isHidden =
        part.clear().stream()
            .anyMatch(
                column ->
                    table.column(column).isPresent()
                        && expectation.isHidden(caller, table, column));
    long expected = isHidden ? 0 : mayReach;
    findings.check(
        seen == expected,
        caller + " sees " + seen + " rows of the part " + part.name() + " and not " + expected);
  }
}
