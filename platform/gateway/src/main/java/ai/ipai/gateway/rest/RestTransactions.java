package ai.ipai.gateway.rest;

import ai.ipai.postgres.caller.CallerQuery;
import ai.ipai.postgres.caller.CallerWork;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;

/** Runs work as a caller, in one transaction. */
public interface RestTransactions {
  /**
   * What a transaction is like.
   *
   * @param settings transaction-local, by name; the role and the claims are the caller's
   * @param isolation as PostgreSQL names it; empty for the default
   * @param rollsBack whether nothing of it stays
   * @param action for the audit log: {@code rest.read}, {@code rest.write}, {@code rest.call}
   * @param objects tables or functions that it is about
   */
  record Options(
      boolean isReadOnly,
      Map<String, String> settings,
      Optional<String> isolation,
      boolean rollsBack,
      String action,
      String objects) {
    public Options {
      settings = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(settings));
    }
  }

  /** A result and the number of rows that it tells of. */
  record Outcome<T>(T value, long rows) {}

  /** A request that never became a statement: what it names is not there, or not for the caller. */
  default void refused(RestCaller caller, String action, String object, String code) {}

  /**
   * Runs the work.
   *
   * @throws SQLException what PostgreSQL said
   */
  <T> T run(RestCaller caller, Options options, CallerWork<Outcome<T>> work) throws SQLException;

  /** Whether {@link #read} has a shorter way than {@link #run}. */
  default boolean fliesReads() {
    return false;
  }

  /**
   * Runs one statement that only reads, in one network flight.
   *
   * @throws SQLException what PostgreSQL said
   */
  default <T> T read(RestCaller caller, Options options, CallerQuery<Outcome<T>> query)
      throws SQLException {
    throw new UnsupportedOperationException("reads take no shorter way here");
  }
}
