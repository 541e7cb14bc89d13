package ai.ipai.postgres.caller;

import ai.ipai.postgres.Database;
import java.sql.SQLException;

/**
 * Work on the control plane's own tables as {@code ipai_control}: runs, leases, configuration. It
 * carries no claims, so caller data stays out of its reach.
 */
public final class ControlTransactions {
  private static final String ROLE = "ipai_control";
  private final RoleTransactions transactions;

  public ControlTransactions(Database database) {
    this.transactions = new RoleTransactions(database);
  }

  /** Errors as in {@link CallerTransactions#run}. */
  public <T> T run(CallerOptions options, CallerWork<T> work) throws SQLException {
    return transactions.run(ROLE, "", "", options, work);
  }

  /** With the request that it belongs to. */
  public <T> T run(String requestId, CallerOptions options, CallerWork<T> work)
      throws SQLException {
    return transactions.run(ROLE, "", requestId, options, work);
  }
}
