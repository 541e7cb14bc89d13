package ai.ipai.gateway.read;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.governance.audit.AuditEntry;
import ai.ipai.governance.audit.AuditReads;
import ai.ipai.postgres.PostgresFault;
import ai.ipai.postgres.caller.Caller;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.CallerTransactions;
import ai.ipai.postgres.caller.CallerWork;
import ai.ipai.spi.error.IpaiException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * Reads caller data: one READ ONLY transaction as the caller, and an audit record that is durable
 * before the answer goes back, of denials as well.
 */
public final class GovernedReads {
  /** No privilege, no such schema, table, column or function: from outside they look the same. */
  private static final Set<String> HIDDEN = Set.of("42501", "3F000", "42P01", "42703", "42883");

  private final CallerTransactions transactions;
  private final AuditReads audit;

  public GovernedReads(CallerTransactions transactions, AuditReads audit) {
    this.transactions = transactions;
    this.audit = audit;
  }

  /**
   * Runs the work as the caller.
   *
   * @param action for the audit log, such as {@code table.read}
   * @param object the securable that is read
   * @param rows how many rows a result holds
   * @throws IpaiException {@code GW-004} for what is absent or hidden; {@code AUD-…} where the
   *     record cannot be written
   */
  public <T> T read(
      Caller caller, String action, String object, ToLongFunction<T> rows, CallerWork<T> work) {
    long start = System.nanoTime();
    T result;
    try (AuditReads.UnderWay _ = audit.announce()) {
      result = transactions.run(caller, CallerOptions.reading(), work);
    } catch (SQLException e) {
      String state = e.getSQLState() == null ? "" : e.getSQLState();
      audit.await(entry(caller, action, object, start).deny("sqlstate:" + state).build());
      if (HIDDEN.contains(state)) {
        throw notFound();
      }
      throw PostgresFault.translate(e);
    } catch (IpaiException e) {
      if (e.code().equals(GatewayErrors.NOT_FOUND)) {
        audit.await(entry(caller, action, object, start).deny("absent_or_hidden").build());
      }
      throw e;
    }
    audit.await(
        entry(caller, action, object, start)
            .allow("row_security")
            .rows(rows.applyAsLong(result))
            .build());
    return result;
  }

  /** The one answer for what is not there and for what is not shown. */
  public static IpaiException notFound() {
    return new IpaiException(GatewayErrors.NOT_FOUND, "there is no such thing, or not for you");
  }

  private static AuditEntry.Builder entry(Caller caller, String action, String object, long start) {
    return AuditEntry.of(action)
        .requestId(caller.requestId())
        .principal(Callers.principal(caller))
        .actingRole(caller.databaseRole())
        .object(object)
        .duration(Duration.ofNanos(System.nanoTime() - start));
  }
}
