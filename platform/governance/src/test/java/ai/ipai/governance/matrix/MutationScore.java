package ai.ipai.governance.matrix;

import ai.ipai.governance.policy.AccessPlan;
import ai.ipai.governance.policy.RelationShape;
import ai.ipai.governance.publish.Publisher;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.testing.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Changes one thing at a time and asks whether the matrix notices.
 *
 * <p>In full with {@code -Dipai.test.all=true}; otherwise every n-th change, always the same ones.
 */
final class MutationScore {
  private static final boolean ALL = Boolean.getBoolean("ipai.test.all");

  private final TestDatabase test;
  private final PermissionMatrix matrix;
  private final MatrixRunner runner;
  private final List<String> survivors = new ArrayList<>();
  private int mutants;
  private int equivalent;

  MutationScore(TestDatabase test, PermissionMatrix matrix) {
    this.test = test;
    this.matrix = matrix;
    this.runner = new MatrixRunner(matrix, test.database());
  }

  int mutants() {
    return mutants;
  }

  List<String> survivors() {
    return survivors;
  }

  void print(String what) {
    int noticed = mutants - survivors.size();
    System.out.println(
        "mutation score of "
            + what
            + (ALL ? "" : " (a sample)")
            + ": "
            + noticed
            + " of "
            + mutants
            + " noticed ("
            + (mutants == 0 ? 0 : 100 * noticed / mutants)
            + " %)"
            + (equivalent == 0 ? "" : ", " + equivalent + " changed nothing in the database"));
  }

  private static boolean counts(int index, int every) {
    return ALL || index % every == 0;
  }

  /** Every grant, policy, switch and mask in the database. */
  MutationScore inTheDatabase(int every) throws SQLException {
    int index = 0;
    try (Connection superuser = test.superuser();
        Statement statement = superuser.createStatement()) {
      for (RelationShape table : matrix.tables()) {
        for (Mutation mutation : Mutation.of(superuser, table.name())) {
          if (counts(index++, every)) {
            statement.execute(mutation.change());
            try {
              score(runner.isAsDeclared(table.name()), mutation.change());
            } finally {
              statement.execute(mutation.undo());
            }
          }
        }
      }
    }
    return this;
  }

  private void score(boolean isUnnoticed, String what) {
    mutants++;
    if (isUnnoticed) {
      survivors.add(what);
    }
  }

  /**
   * Every rule of the policy files, compiled and applied as {@code ./ipai apply} does.
   *
   * @param maxTables how many of the tables that a change reaches are tried
   */
  MutationScore inTheRules(int every, int maxTables) throws SQLException {
    int index = 0;
    for (RuleMutation mutation : RuleMutation.of(matrix.policies())) {
      if (counts(index++, every)) {
        int tried = 0;
        boolean changesNothing = true;
        for (RelationShape table : matrix.tables()) {
          if (tried < (ALL ? maxTables : 1) && change(mutation, table)) {
            tried++;
            changesNothing = false;
          }
        }
        equivalent += changesNothing ? 1 : 0;
      }
    }
    return this;
  }

  /** Whether the change of the rules changed anything about the table. */
  private boolean change(RuleMutation mutation, RelationShape table) throws SQLException {
    AccessPlan declared = MatrixScratch.plan(matrix.policies(), table);
    AccessPlan changed;
    try {
      changed = MatrixScratch.plan(mutation.policies(), table);
    } catch (IpaiException refused) {
      score(false, mutation.what()); // the compiler noticed
      return true;
    }
    if (changed.equals(declared) || !protect(table, changed)) {
      return false;
    }
    try {
      score(runner.isAsDeclared(table.name()), mutation.what() + " on " + table.name());
    } finally {
      protect(table, declared);
    }
    return true;
  }

  private boolean protect(RelationShape table, AccessPlan plan) throws SQLException {
    try (Connection owner =
        test.database().open(table.isBronze() ? Login.LOADER : Login.PUBLISHER)) {
      owner.setAutoCommit(false);
      boolean isChanged = Publisher.protect(owner, plan);
      owner.commit();
      return isChanged;
    }
  }
}
