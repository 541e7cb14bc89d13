package ai.ipai.postgres.caller;

import ai.ipai.postgres.Database;
import ai.ipai.postgres.PostgresErrors;
import ai.ipai.postgres.disk.DiskGuard;
import ai.ipai.spi.error.IpaiException;
import java.sql.SQLException;
import java.util.Set;

/**
 * The only way to caller data. Work runs in one transaction of {@code ipai_server} that is the
 * caller: {@code SET LOCAL ROLE}, claims, request id, statement timeout and, where asked, READ
 * ONLY. It commits when the work returns and rolls back when it throws; nothing of it stays in the
 * session.
 *
 * <p>Only for SQL that the platform writes: SQL that a caller writes could rewrite the claims and
 * belongs on that caller's own login.
 */
public final class CallerTransactions {
  private static final Set<String> ROLES = Set.of("anon", "authenticated", "service_role");
  private final RoleTransactions transactions;
  private final Flights flights;
  private final DiskGuard disk;

  public CallerTransactions(Database database) {
    this.transactions = new RoleTransactions(database);
    this.flights = new Flights(database);
    this.disk = database.disk();
  }

  /**
   * Errors: {@code PG-040} a role that is no caller's; {@code PG-001}, {@code PG-007} to {@code
   * PG-011} where the database is away or at a limit, {@code PG-010} past the statement timeout,
   * {@code PG-019} a write while the disk is nearly full; {@code PG-041} and {@code PG-042} where
   * the work left the transaction or swallowed its failure.
   *
   * @throws SQLException what PostgreSQL said about a statement of the work
   */
  public <T> T run(Caller caller, CallerOptions options, CallerWork<T> work) throws SQLException {
    checkRole(caller);
    if (!options.readOnly()) {
      disk.requireRoom();
    }
    return transactions.run(
        caller.databaseRole(), caller.claims(), caller.requestId(), options, work);
  }

  /**
   * A plain read, with the same role, claims and limits, in one network flight. Errors as above.
   *
   * @param options of a read
   * @throws SQLException what PostgreSQL said about the statement
   */
  public <T> T read(Caller caller, CallerOptions options, CallerQuery<T> query)
      throws SQLException {
    checkRole(caller);
    if (!options.readOnly()) {
      throw new IllegalArgumentException("one flight is for reads");
    }
    return flights.run(caller, options, query);
  }

  private static void checkRole(Caller caller) {
    if (!ROLES.contains(caller.databaseRole())) {
      throw new IpaiException(
              PostgresErrors.ROLE_NOT_ALLOWED, "The token's role is not one that callers may have.")
          .hint("The claim role is anon, authenticated or service_role.");
    }
  }
}
