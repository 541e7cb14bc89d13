package ai.ipai.governance.matrix;

import ai.ipai.governance.policy.Operation;
import ai.ipai.governance.policy.RelationShape;
import ai.ipai.governance.policy.Subject;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.caller.Caller;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.CallerTransactions;
import ai.ipai.postgres.caller.CallerWork;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.spi.name.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Executes the matrix on a database that {@link MatrixScratch} filled: every caller through its own
 * door, every privilege in the catalog, every protection that the invariant names.
 */
public final class MatrixRunner {
  private static final String DENIED = "42501";

  private final PermissionMatrix matrix;
  private final Database database;
  private final Expectation expectation;
  private final Map<String, Boolean> sqlConditions = new HashMap<>();

  public MatrixRunner(PermissionMatrix matrix, Database database) {
    this.matrix = matrix;
    this.database = database;
    this.expectation = new Expectation(matrix.policies(), this::evaluate);
  }

  /** All of it. */
  public MatrixReport run() throws SQLException {
    Findings findings = new Findings(false);
    run(matrix.tables(), findings);
    return findings.report();
  }

  /** Whether one table is protected as declared; stops at the first sign that it is not. */
  public boolean isAsDeclared(QualifiedName table) throws SQLException {
    Findings findings = new Findings(true);
    run(matrix.tables().stream().filter(t -> t.name().equals(table)).toList(), findings);
    return findings.report().isAsDeclared();
  }

  private void run(List<RelationShape> tables, Findings findings) throws SQLException {
    invariant(findings);
    for (RelationShape table : tables) {
      List<QualifiedName> stored = stored(table);
      privileges(table, stored, findings);
      platform(table, findings);
      owner(table, stored, findings);
      List<Part> parts = parts(stored);
      for (MatrixCaller caller : matrix.callers()) {
        if (findings.isDone()) {
          return;
        }
        reads(caller, table, parts, findings);
        if (expectation.anyWrite(table).isPresent()) {
          writes(caller, table, findings);
        }
      }
    }
  }

  private static final class Findings {
    private final boolean stopsAtFirst;
    private long decisions;
    private final List<String> mismatches = new ArrayList<>();

    Findings(boolean stopsAtFirst) {
      this.stopsAtFirst = stopsAtFirst;
    }

    boolean isDone() {
      return stopsAtFirst && !mismatches.isEmpty();
    }

    void check(boolean asExpected, String otherwise) {
      decisions++;
      if (!asExpected) {
        mismatches.add(otherwise);
      }
    }

    MatrixReport report() {
      return new MatrixReport(decisions, mismatches);
    }
  }

  private void invariant(Findings findings) throws SQLException {
    List<String> faults =
        onLogin(
                Login.PUBLISHER,
                c -> texts(c, "select object || ': ' || fault from ipai.unprotected()"))
            .orElseThrow();
    findings.check(faults.isEmpty(), "unprotected: " + faults);
  }

  /** Grants in the catalog, of the table or its parts, against what the rules say. */
  private void privileges(RelationShape table, List<QualifiedName> stored, Findings findings)
      throws SQLException {
    Set<String> expected = expectation.privileges(table);
    for (QualifiedName relation : stored) {
      boolean isPart = !relation.equals(table.name());
      Set<String> wanted = new TreeSet<>(expected);
      if (isPart) {
        wanted.removeIf(privilege -> !privilege.endsWith(" select"));
      }
      Set<String> actual =
          new TreeSet<>(onLogin(Login.PUBLISHER, c -> texts(c, acl(relation))).orElseThrow());
      findings.check(
          actual.equals(wanted),
          relation + " is granted " + actual + " where the policies say " + wanted);
    }
  }

  private static String acl(QualifiedName relation) {
    String regclass = SqlText.literal(relation.quoted()) + "::regclass";
    return """
    select case a.grantee when 0 then 'public' else a.grantee::regrole::text end || ' ' || lower(a.privilege_type)
    from (select relacl as acl, relowner from pg_class where oid = %1$s
      union all select t.attacl, c.relowner from pg_attribute t join pg_class c on c.oid = t.attrelid where t.attrelid = %1$s) h,
      aclexplode(h.acl) a where a.grantee <> h.relowner
    """
        .formatted(regclass);
  }

  /** The published name and, behind a masked one, its parts. */
  private List<QualifiedName> stored(RelationShape table) throws SQLException {
    List<QualifiedName> relations = new ArrayList<>();
    relations.add(table.name());
    String sql =
        """
        select distinct format('%%s.%%s', n.nspname, c.relname)
        from pg_rewrite r join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
        join pg_class c on c.oid = d.refobjid and d.refclassid = 'pg_class'::regclass
        join pg_namespace n on n.oid = c.relnamespace
        where r.ev_class = %s::regclass and n.nspname = 'ipai_part' order by 1
        """
            .formatted(SqlText.literal(table.name().quoted()));
    onLogin(Login.PUBLISHER, c -> texts(c, sql))
        .orElseThrow()
        .forEach(name -> relations.add(QualifiedName.parse(name)));
    return relations;
  }

  /** The platform's own logins see everything, or builds would work on half the rows. */
  private void platform(RelationShape table, Findings findings) throws SQLException {
    for (Login login : List.of(Login.BUILDER, table.isBronze() ? Login.LOADER : Login.PUBLISHER)) {
      Map<String, Map<String, @Nullable String>> seen =
          onLogin(login, c -> read(c, table)).orElse(Map.of());
      List<Map<String, @Nullable String>> probes = matrix.probes(table.name());
      findings.check(
          seen.size() == probes.size(),
          login.role() + " sees " + seen.size() + " rows of " + table.name());
      boolean clear =
          table.columnNames().stream()
              .allMatch(
                  c ->
                      probes.stream().allMatch(p -> same(table, c, p, seen.get(p.get(Probes.ID)))));
      findings.check(clear, login.role() + " sees renderings in " + table.name());
    }
  }

  /** Row security is forced on owners too: theirs must be able to replace every row. */
  private void owner(RelationShape table, List<QualifiedName> stored, Findings findings)
      throws SQLException {
    long rows = matrix.probes(table.name()).size();
    Login owner = table.isBronze() ? Login.LOADER : Login.PUBLISHER;
    for (QualifiedName relation : stored.size() > 1 ? stored.subList(1, stored.size()) : stored) {
      long deleted =
          onLogin(
                  owner,
                  c -> {
                    try (Statement statement = c.createStatement()) {
                      return (long) statement.executeUpdate("delete from " + relation.quoted());
                    }
                  })
              .orElse(0L);
      findings.check(
          deleted == rows,
          owner.role() + " deletes " + deleted + " of " + rows + " rows of " + relation);
    }
  }

  private void reads(MatrixCaller caller, RelationShape table, List<Part> parts, Findings findings)
      throws SQLException {
    Map<String, Map<String, @Nullable String>> seen =
        as(caller, CallerOptions.reading(), c -> read(c, table)).orElse(Map.of());
    for (Map<String, @Nullable String> probe : matrix.probes(table.name())) {
      String id = String.valueOf(probe.get(Probes.ID));
      boolean expected = expectation.mayReach(caller, Operation.SELECT, table, probe);
      findings.check(
          expected == seen.containsKey(id),
          caller + (expected ? " misses" : " sees") + " row " + id + " of " + table.name());
      if (expected && seen.containsKey(id)) {
        columns(caller, table, probe, seen.getOrDefault(id, Map.of()), findings);
      }
    }
    partRows(caller, table, parts, findings);
  }

  private void columns(
      MatrixCaller caller,
      RelationShape table,
      Map<String, @Nullable String> probe,
      Map<String, @Nullable String> seen,
      Findings findings) {
    for (String column : table.columnNames()) {
      if (probe.get(column) != null) {
        boolean hidden = expectation.isHidden(caller, table, column);
        findings.check(
            hidden != same(table, column, probe, seen),
            caller
                + (hidden ? " sees " : " does not see ")
                + table.name()
                + "."
                + column
                + " clear");
      }
    }
  }

  /**
   * A part of a masked table.
   *
   * @param columns whose clear values it holds; empty for the open part
   */
  private record Part(QualifiedName name, Set<String> columns) {}

  private List<Part> parts(List<QualifiedName> stored) throws SQLException {
    List<Part> parts = new ArrayList<>();
    for (QualifiedName part : stored.subList(1, stored.size())) {
      Set<String> columns = new TreeSet<>();
      if (part.name().contains("_clear")) {
        columns.addAll(
            onLogin(
                    Login.PUBLISHER,
                    c ->
                        texts(
                            c,
                            "select attname from pg_attribute where attnum > 0 and attrelid = "
                                + SqlText.literal(part.quoted())
                                + "::regclass"))
                .orElseThrow());
      }
      parts.add(new Part(part, columns));
    }
    return parts;
  }

  /** Who asks the parts themselves gets no more rows than through the name, and no hidden value. */
  private void partRows(
      MatrixCaller caller, RelationShape table, List<Part> parts, Findings findings)
      throws SQLException {
    long mayReach = count(caller, Operation.SELECT, table);
    for (Part part : parts) {
      long seen =
          as(
                  caller,
                  CallerOptions.reading(),
                  c -> (long) texts(c, "select * from " + part.name().quoted()).size())
              .orElse(0L);
      boolean isHidden =
          part.columns().stream()
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

  private void writes(MatrixCaller caller, RelationShape table, Findings findings)
      throws SQLException {
    List<Map<String, @Nullable String>> probes = matrix.probes(table.name());
    for (Map<String, @Nullable String> probe : probes) {
      boolean expected = expectation.mayReach(caller, Operation.INSERT, table, probe);
      boolean done = attempt(caller, MatrixScratch.insert(table.name(), table, probe)) == 1;
      findings.check(
          expected == done,
          caller
              + (expected ? " cannot" : " can")
              + " insert row "
              + probe.get(Probes.ID)
              + " into "
              + table.name());
    }
    long mayUpdate = count(caller, Operation.UPDATE, table);
    int updated =
        attempt(caller, "update " + table.name().quoted() + " set " + Probes.ID + " = 1000");
    findings.check(
        updated == mayUpdate,
        caller + " updates " + updated + " rows of " + table.name() + " and not " + mayUpdate);
    for (Map<String, @Nullable String> probe : probes) {
      long mayMove = expectation.mayReach(caller, Operation.UPDATE, table, probe) ? mayUpdate : 0;
      int moved = attempt(caller, MatrixScratch.update(table, probe));
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
    long mayDelete = count(caller, Operation.DELETE, table);
    int deleted = attempt(caller, "delete from " + table.name().quoted());
    findings.check(
        deleted == mayDelete,
        caller + " deletes " + deleted + " rows of " + table.name() + " and not " + mayDelete);
  }

  private long count(MatrixCaller caller, Operation operation, RelationShape table) {
    return matrix.probes(table.name()).stream()
        .filter(probe -> expectation.mayReach(caller, operation, table, probe))
        .count();
  }

  /** How many rows a write would touch; it is undone. Denied counts as none. */
  private int attempt(MatrixCaller caller, String sql) throws SQLException {
    return as(
            caller,
            CallerOptions.writing(),
            connection -> {
              Savepoint before = connection.setSavepoint();
              int rows;
              try (Statement statement = connection.createStatement()) {
                rows = statement.executeUpdate(sql);
              } catch (SQLException refused) {
                if (!DENIED.equals(refused.getSQLState())) {
                  throw refused;
                }
                rows = 0;
              }
              connection.rollback(before);
              return rows;
            })
        .orElse(0);
  }

  private static Map<String, Map<String, @Nullable String>> read(
      Connection connection, RelationShape table) throws SQLException {
    String sql = "select * from " + table.name().quoted();
    Map<String, Map<String, @Nullable String>> rows = new LinkedHashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        Map<String, @Nullable String> row = new HashMap<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.put(result.getMetaData().getColumnName(i), result.getString(i));
        }
        rows.put(String.valueOf(row.get(Probes.ID)), row);
      }
    }
    return rows;
  }

  /** Whether a cell shows the probe's value, however the type prints it. */
  private boolean same(
      RelationShape table,
      String column,
      Map<String, @Nullable String> probe,
      @Nullable Map<String, @Nullable String> seen) {
    String value = probe.get(column);
    if (value == null || seen == null) {
      return true;
    }
    String shown = seen.get(column);
    return shown != null && shown.equals(printed(table.column(column).orElseThrow().type(), value));
  }

  private final Map<String, String> prints = new HashMap<>();

  private String printed(String type, String text) {
    String sql = "select cast(" + SqlText.literal(text) + " as " + type + ")";
    return prints.computeIfAbsent(
        sql,
        ignored -> {
          try {
            return onLogin(Login.PUBLISHER, c -> texts(c, sql)).orElseThrow().getFirst();
          } catch (SQLException failed) {
            throw new IllegalStateException("a probe value does not fit its type " + type, failed);
          }
        });
  }

  private <T> Optional<T> as(MatrixCaller caller, CallerOptions options, CallerWork<T> work)
      throws SQLException {
    try {
      if (caller.login().isPresent()) {
        return onLogin(caller.login().get(), work);
      }
      Caller gateway =
          new Caller(null, caller.databaseRole(), caller.claimsJson(), "matrix", caller.label());
      return Optional.of(new CallerTransactions(database).run(gateway, options, work));
    } catch (SQLException refused) {
      if (DENIED.equals(refused.getSQLState())) {
        return Optional.empty();
      }
      throw refused;
    }
  }

  private <T> Optional<T> onLogin(Login login, CallerWork<T> work) throws SQLException {
    try (Connection connection = database.connect(login)) {
      connection.setAutoCommit(false);
      try {
        return Optional.of(work.run(connection));
      } catch (SQLException refused) {
        if (DENIED.equals(refused.getSQLState())) {
          return Optional.empty();
        }
        throw refused;
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
  }

  private static List<String> texts(Connection connection, String sql) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        texts.add(row.getString(1));
      }
    }
    return texts;
  }

  private static final Pattern CLAIM =
      Pattern.compile("ipai\\.claim_(text|texts|ints|uuids)\\('([^']+)'\\)");

  private static final Pattern ROLE = Pattern.compile("ipai\\.has_role\\('([^']+)'\\)");

  /** A condition over a probe row, with the caller's claims written into it as constants. */
  private boolean evaluate(
      String expression, QualifiedName relation, String probe, MatrixCaller caller) {
    Matcher role = ROLE.matcher(expression);
    String roles =
        role.replaceAll(
            found -> String.valueOf(caller.holds().contains(Subject.role(found.group(1)))));
    String constant =
        CLAIM
            .matcher(roles)
            .replaceAll(
                found ->
                    Matcher.quoteReplacement(
                        constant(
                            found.group(1),
                            caller.claims().getOrDefault(found.group(2), List.of()))));
    String sql =
        "select coalesce(("
            + constant
            + "), false)::text from "
            + relation.quoted()
            + " where "
            + Probes.ID
            + " = "
            + probe;
    return sqlConditions.computeIfAbsent(
        sql,
        ignored -> {
          Login owner = relation.schema().startsWith("bronze_") ? Login.LOADER : Login.PUBLISHER;
          try {
            return onLogin(owner, c -> texts(c, sql)).orElseThrow().contains("true");
          } catch (SQLException failed) {
            throw new IllegalStateException(
                "a row filter cannot be evaluated on " + relation, failed);
          }
        });
  }

  private static String constant(String type, List<String> values) {
    String list = SqlText.literal("{" + String.join(",", values) + "}");
    return switch (type) {
      case "text" ->
          values.isEmpty()
              ? "null::text"
              : SqlText.literal(
                  values.size() == 1
                      ? values.getFirst()
                      : "[\"" + String.join("\", \"", values) + "\"]");
      case "texts" -> list + "::text[]";
      case "ints" ->
          SqlText.literal(
                  "{"
                      + String.join(",", values.stream().filter(v -> v.matches("[0-9]+")).toList())
                      + "}")
              + "::bigint[]";
      default ->
          SqlText.literal(
                  "{"
                      + String.join(",", values.stream().filter(v -> v.contains("-")).toList())
                      + "}")
              + "::uuid[]";
    };
  }
}
