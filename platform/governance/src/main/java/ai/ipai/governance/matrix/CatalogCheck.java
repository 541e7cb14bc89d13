package ai.ipai.governance.matrix;

import ai.ipai.governance.policy.RelationShape;
import ai.ipai.postgres.login.Login;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the catalog says, and what the platform's own logins can do. */
final class CatalogCheck {
  private final PermissionMatrix matrix;
  private final Doors doors;
  private final Expectation expectation;
  private final Cells cells;

  CatalogCheck(PermissionMatrix matrix, Doors doors, Expectation expectation, Cells cells) {
    this.matrix = matrix;
    this.doors = doors;
    this.expectation = expectation;
    this.cells = cells;
  }

  /** Every protection that the invariant names, over the whole database. */
  void invariant(Findings findings) throws SQLException {
    List<String> faults =
        doors.on(
            Login.PUBLISHER,
            c -> Doors.texts(c, "select object || ': ' || fault from ipai.unprotected()"));
    findings.check(faults.isEmpty(), "unprotected: " + faults);
  }

  List<Stored> stored(RelationShape table) throws SQLException {
    return doors.on(Login.PUBLISHER, c -> Stored.of(c, table));
  }

  /** Grants of the table and its parts against what the rules say. */
  void privileges(RelationShape table, List<Stored> stored, Findings findings) {
    Set<String> expected = expectation.privileges(table);
    for (Stored relation : stored) {
      Set<String> wanted = new TreeSet<>(expected);
      if (relation.isPart()) {
        wanted.removeIf(privilege -> !privilege.endsWith(" select"));
      }
      findings.check(
          relation.privileges().equals(wanted),
          relation.name()
              + " is granted "
              + relation.privileges()
              + " where the policies say "
              + wanted);
    }
  }

  /** The platform's own logins see everything, or builds would work on half the rows. */
  void platform(RelationShape table, Findings findings) throws SQLException {
    List<Map<String, @Nullable String>> probes = matrix.probes(table.name());
    for (Login login : List.of(Login.BUILDER, owner(table))) {
      Map<String, Map<String, @Nullable String>> seen =
          doors.on(login, c -> Doors.attempt(c, t -> Cells.read(t, table)).orElse(Map.of()));
      findings.check(
          seen.size() == probes.size(),
          login.role() + " sees " + seen.size() + " rows of " + table.name());
      boolean clear =
          table.columnNames().stream()
              .allMatch(
                  c ->
                      probes.stream()
                          .allMatch(p -> cells.same(table, c, p, seen.get(p.get(Probes.ID)))));
      findings.check(clear, login.role() + " sees renderings in " + table.name());
    }
  }

  /** Row security is forced on owners too: theirs must be able to replace every row. */
  void owner(RelationShape table, List<Stored> stored, Findings findings) throws SQLException {
    long rows = matrix.probes(table.name()).size();
    Login owner = owner(table);
    for (Stored relation : stored.size() > 1 ? stored.subList(1, stored.size()) : stored) {
      int deleted =
          doors.on(
              owner, c -> Doors.attempt(c, t -> delete(t, relation.name().quoted())).orElse(0));
      findings.check(
          deleted == rows,
          owner.role() + " deletes " + deleted + " of " + rows + " rows of " + relation.name());
    }
  }

  private static int delete(Connection connection, String relation) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.executeUpdate("delete from " + relation);
    }
  }

  private static Login owner(RelationShape table) {
    return table.isBronze() ? Login.LOADER : Login.PUBLISHER;
  }
}
