package ai.ipai.server.cli;

import ai.ipai.gateway.sql.OneQuery;
import ai.ipai.governance.access.Asked;
import ai.ipai.governance.access.ExplainAccess;
import ai.ipai.governance.access.Explanation;
import ai.ipai.postgres.caller.Caller;
import ai.ipai.server.Installation;
import ai.ipai.spi.name.QualifiedName;
import java.sql.SQLException;
import java.util.Optional;

/** Says why a query gave no row, table by table, to whoever holds the master key. */
final class EmptyResult {
  private static final int MAX_TABLES = 5;
  private final Installation installation;
  private final Terminal terminal;

  EmptyResult(Installation installation, Terminal terminal) {
    this.installation = installation;
    this.terminal = terminal;
  }

  void explain(Caller caller, String sql) throws SQLException {
    ExplainAccess access = new ExplainAccess(installation.database());
    for (String table : OneQuery.parse(sql).tables().stream().limit(MAX_TABLES).toList()) {
      Optional<QualifiedName> name = name(table);
      if (name.isPresent()) {
        print(access.explain(new Asked(caller, name.get(), true)));
      }
    }
  }

  private void print(Explanation found) {
    Long visible = found.visibleRows();
    if (visible == null || visible == 0) {
      terminal.err().println(terminal.dim(found.object() + ": " + found.reason()));
      if (!found.cure().isEmpty()) {
        terminal.err().println(terminal.dim("  → " + found.cure()));
      }
    }
  }

  /** Empty for what is no table of a layer. */
  private static Optional<QualifiedName> name(String table) {
    try {
      return Optional.of(QualifiedName.parse(table.replace("\"", "")))
          .filter(name -> name.schema().matches("(bronze|silver|gold|platinum)_.*"));
    } catch (IllegalArgumentException noTable) {
      return Optional.empty();
    }
  }
}
