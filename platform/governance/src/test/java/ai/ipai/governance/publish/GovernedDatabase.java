package ai.ipai.governance.publish;

import ai.ipai.governance.policy.CatalogReader;
import ai.ipai.governance.policy.PolicySet;
import ai.ipai.governance.policy.PolicyStore;
import ai.ipai.postgres.caller.Caller;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.CallerTransactions;
import ai.ipai.postgres.caller.CallerWork;
import ai.ipai.postgres.caller.ControlTransactions;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.testing.postgres.TestDatabase;
import ai.ipai.testing.postgres.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A database with the platform's parts at hand, as tests of protection need them. */
public final class GovernedDatabase implements AutoCloseable {
  private final TestDatabase test = TestPostgres.create();

  /** Rules from the text of a policy file. */
  public static PolicySet policies(String yaml) {
    return GovernedPolicies.of(yaml);
  }

  public TestDatabase test() {
    return test;
  }

  /** Puts rules in force and brings everything published to them. */
  public void apply(String yaml) throws SQLException {
    apply(policies(yaml));
  }

  public void apply(PolicySet policies) throws SQLException {
    new ControlTransactions(test.database())
        .run(CallerOptions.writing(), c -> PolicyStore.replace(c, policies));
    PolicySet inForce = as(Login.PUBLISHER, PolicyStore::load);
    as(Login.PUBLISHER, c -> Publisher.protectAll(c, inForce));
    as(Login.LOADER, c -> Publisher.protectAll(c, inForce));
  }

  /** Runs one transaction on a login. */
  public <T> T as(Login login, CallerWork<T> work) throws SQLException {
    try (Connection connection = test.database().open(login)) {
      connection.setAutoCommit(false);
      T result = work.run(connection);
      connection.commit();
      return result;
    }
  }

  public void run(Login login, String... statements) throws SQLException {
    as(
        login,
        connection -> {
          for (String sql : statements) {
            try (Statement statement = connection.createStatement()) {
              statement.execute(sql);
            }
          }
          return true;
        });
  }

  /** Builds a table from a query, as a model run does, and publishes it. */
  public Published publish(String target, String query) throws SQLException {
    QualifiedName name = QualifiedName.parse(target);
    run(Login.BUILDER, "create table ipai_build." + name.name() + " as " + query);
    return publishBuilt(target);
  }

  public Published publishBuilt(String target) throws SQLException {
    QualifiedName name = QualifiedName.parse(target);
    return as(
        Login.PUBLISHER,
        c -> Publisher.publish(c, QualifiedName.of("ipai_build", name.name()), name));
  }

  public boolean has(String relation) throws SQLException {
    return as(
        Login.PUBLISHER,
        c -> CatalogReader.read(c).find(QualifiedName.parse(relation)).isPresent());
  }

  /** Somebody who signed in through the gateway. */
  public static Caller user(String claims, String... roles) {
    String list = roles.length == 0 ? "" : "\"" + String.join("\",\"", roles) + "\"";
    String rest = claims.isEmpty() ? "" : "," + claims;
    String json =
        "{\"role\":\"authenticated\",\"app_metadata\":{\"ipai_roles\":[" + list + "]}" + rest + "}";
    return new Caller("00000000-0000-0000-0000-000000000001", "authenticated", json, "req", "test");
  }

  /** What a caller reads through the gateway, rows as {@code a|b}, in the query's order. */
  public List<String> read(Caller caller, String sql) throws SQLException {
    return new CallerTransactions(test.database())
        .run(caller, CallerOptions.reading(), c -> rows(c, sql));
  }

  public List<String> read(Login login, String sql) throws SQLException {
    return as(login, c -> rows(c, sql));
  }

  public int write(Caller caller, String sql) throws SQLException {
    return new CallerTransactions(test.database())
        .run(
            caller,
            CallerOptions.writing(),
            c -> {
              try (Statement statement = c.createStatement()) {
                return statement.executeUpdate(sql);
              }
            });
  }

  private static List<String> rows(Connection connection, String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      int columns = row.getMetaData().getColumnCount();
      while (row.next()) {
        List<String> cells = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          cells.add(String.valueOf(row.getString(i)));
        }
        rows.add(String.join("|", cells));
      }
    }
    return rows;
  }

  /** Faults of the whole installation, see {@code ipai.unprotected()}. */
  public List<String> unprotected() throws SQLException {
    try (Connection owner = test.superuser()) {
      return rows(owner, "select object, fault from ipai.unprotected()");
    }
  }

  @Override
  public void close() {
    test.close();
  }
}
