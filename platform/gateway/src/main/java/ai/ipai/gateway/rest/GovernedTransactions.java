package ai.ipai.gateway.rest;

import ai.ipai.gateway.read.Callers;
import ai.ipai.gateway.rest.fault.RestFault;
import ai.ipai.governance.audit.AuditEntry;
import ai.ipai.governance.audit.AuditLog;
import ai.ipai.governance.audit.AuditReads;
import ai.ipai.postgres.caller.Caller;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.CallerQuery;
import ai.ipai.postgres.caller.CallerTransactions;
import ai.ipai.postgres.caller.CallerWork;
import ai.ipai.spi.error.IpaiException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Caller transactions of the platform. A read is recorded durably before its answer leaves, a write
 * in its own transaction, and what was refused is recorded as well.
 */
public final class GovernedTransactions implements RestTransactions {
  private final CallerTransactions transactions;
  private final AuditReads reads;
  private final AuditLog log;

  public GovernedTransactions(CallerTransactions transactions, AuditReads reads, AuditLog log) {
    this.transactions = transactions;
    this.reads = reads;
    this.log = log;
  }

  @Override
  public <T> T run(RestCaller asking, Options options, CallerWork<Outcome<T>> work)
      throws SQLException {
    Caller caller = asking.identity().orElseThrow();
    long start = System.nanoTime();
    return told(
        caller,
        options,
        start,
        () ->
            options.isReadOnly()
                ? read(
                    caller,
                    options,
                    start,
                    () -> transactions.run(caller, local(true, options), work))
                : write(caller, options, work, start));
  }

  @Override
  public boolean fliesReads() {
    return true;
  }

  @Override
  public <T> T read(RestCaller asking, Options options, CallerQuery<Outcome<T>> query)
      throws SQLException {
    Caller caller = asking.identity().orElseThrow();
    long start = System.nanoTime();
    return told(
        caller,
        options,
        start,
        () ->
            read(
                caller,
                options,
                start,
                () -> transactions.read(caller, local(true, options), query)));
  }

  /** What is done in a transaction. */
  @FunctionalInterface
  private interface Deed<T> {
    T run() throws SQLException;
  }

  /** Records what was refused. */
  private <T> T told(Caller caller, Options options, long start, Deed<T> deed) throws SQLException {
    try {
      return deed.run();
    } catch (SQLException e) {
      String state = e.getSQLState() == null ? "" : e.getSQLState();
      deny(caller, options, "sqlstate:" + state, start);
      throw e;
    } catch (RestFault e) {
      deny(caller, options, e.code(), start);
      throw e;
    } catch (IpaiException e) {
      if (!e.code().id().startsWith("AUD-")) {
        deny(caller, options, e.code().id(), start);
      }
      throw e;
    }
  }

  @Override
  public void refused(RestCaller asking, String action, String object, String code) {
    reads.await(
        entry(
                asking.identity().orElseThrow(),
                new Options(true, Map.of(), Optional.empty(), false, action, object),
                System.nanoTime())
            .deny(code)
            .build());
  }

  private <T> T read(Caller caller, Options options, long start, Deed<Outcome<T>> deed)
      throws SQLException {
    Outcome<T> outcome;
    try (AuditReads.UnderWay _ = reads.announce()) {
      outcome = deed.run();
    }
    reads.await(entry(caller, options, start).allow("row_security").rows(outcome.rows()).build());
    return outcome.value();
  }

  private <T> T write(Caller caller, Options options, CallerWork<Outcome<T>> work, long start)
      throws SQLException {
    return transactions.run(
        caller,
        local(false, options),
        connection -> {
          Outcome<T> outcome = work.run(connection);
          log.record(
              connection,
              entry(caller, options, start).allow("row_security").rows(outcome.rows()).build());
          return outcome.value();
        });
  }

  private static CallerOptions local(boolean isReadOnly, Options options) {
    return new CallerOptions(isReadOnly, CallerOptions.STANDARD_TIMEOUT, options.settings());
  }

  private void deny(Caller caller, Options options, String reason, long start) {
    reads.await(entry(caller, options, start).deny(reason).build());
  }

  private static AuditEntry.Builder entry(Caller caller, Options options, long start) {
    return AuditEntry.of(options.action())
        .requestId(caller.requestId())
        .principal(Callers.principal(caller))
        .actingRole(caller.databaseRole())
        .object(options.objects())
        .duration(Duration.ofNanos(System.nanoTime() - start));
  }
}
