package ai.ipai.gateway.sql;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.gateway.read.Page;
import ai.ipai.gateway.read.Rows;
import ai.ipai.governance.access.SessionClaims;
import ai.ipai.governance.audit.AuditEntry;
import ai.ipai.governance.audit.AuditReads;
import ai.ipai.postgres.PostgresFault;
import ai.ipai.spi.digest.Sha256;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Runs SQL that a caller wrote, on a connection whose login is that caller: nothing in the text can
 * make it anybody else. READ ONLY, one statement, a time limit, a row limit, audited.
 */
public final class CallerSql {
  private final AuditReads audit;
  private final SessionClaims sessions;

  public CallerSql(AuditReads audit, SessionClaims sessions) {
    this.audit = audit;
    this.sessions = sessions;
  }

  /**
   * Whose SQL it is.
   *
   * @param principal as the audit log names the caller
   * @param claims of this caller, for a login that several callers share; empty where the login is
   *     one caller's own
   * @param given claims that whoever sits at the machine made up for this query, as the audit log
   *     records them; empty JSON where there are none
   */
  public record Writer(String principal, Optional<String> claims, String given) {
    /** On a login that is this caller and nobody else. */
    public static Writer owning(String principal) {
      return new Writer(principal, Optional.empty(), "");
    }
  }

  /**
   * What came of a statement.
   *
   * @param relations tables that were read, those behind views too
   */
  public record Outcome(Page page, Set<QualifiedName> relations) {
    public Outcome {
      relations = Set.copyOf(relations);
    }
  }

  /** Runs a query within the limits for somebody who waits; see below. */
  public Page run(Connection login, Writer writer, String sql, int maxRows, String requestId) {
    return run(login, writer, SqlAsk.of(sql, maxRows), requestId).page();
  }

  /**
   * Runs the query.
   *
   * @param login a connection of the caller's own login, in autocommit; nobody else uses it
   * @throws IpaiException {@code GW-015}, {@code GW-016}, {@code GW-021}
   */
  public Outcome run(Connection login, Writer writer, SqlAsk ask, String requestId) {
    long start = System.nanoTime();
    try {
      OneQuery query = OneQuery.parse(ask.sql());
      Outcome outcome = run(login, writer, query, ask);
      audit.await(
          entry(login, writer, requestId, start, ask.sql())
              .allow("own_login")
              .rows(outcome.page().rows().size())
              .build());
      return outcome;
    } catch (IpaiException refused) {
      audit.await(
          entry(login, writer, requestId, start, ask.sql()).deny(refused.code().id()).build());
      throw refused;
    }
  }

  private Outcome run(Connection login, Writer writer, OneQuery query, SqlAsk ask) {
    try {
      login.setAutoCommit(false);
      login.setReadOnly(true);
      login.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
      try (Statement limits = login.createStatement()) {
        limits.execute("set transaction read only");
        limits.execute("set local statement_timeout = " + ask.timeout().toMillis());
        limits.execute("set local lock_timeout = 2000");
        limits.execute("set local search_path = ''");
      }
      return writer.claims().isPresent()
          ? bound(login, writer.claims().get(), query, ask)
          : rows(login, query, ask);
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** The claims are taken away only after the transaction that they were bound to has ended. */
  private Outcome bound(Connection login, String claims, OneQuery query, SqlAsk ask)
      throws SQLException {
    SessionClaims.Bound bound = sessions.bind(login, claims);
    try {
      return rows(login, query, ask);
    } finally {
      bound.close();
    }
  }

  private static Outcome rows(Connection login, OneQuery query, SqlAsk ask) throws SQLException {
    Placeholders placeholders = query.placeholders();
    try {
      PlanLook plan;
      try (PreparedStatement explain =
          prepared(login, PlanLook.EXPLAIN + placeholders.driver(), placeholders, ask)) {
        plan = PlanLook.read(explain);
      }
      if (plan.cost() > ask.maxCost()) {
        throw new IpaiException(
                GatewayErrors.SQL_TOO_COSTLY, "the statement would cost more than is allowed")
            .hint("Filter by more, join on keys, or have a model compute it once.");
      }
      try (PreparedStatement statement =
          prepared(login, placeholders.driver(), placeholders, ask)) {
        statement.setMaxRows(ask.maxRows() + 1);
        statement.setFetchSize(Rows.FETCH);
        try (ResultSet results = statement.executeQuery()) {
          return new Outcome(Rows.read(results, ask.maxRows()), plan.relations());
        }
      }
    } finally {
      login.rollback();
    }
  }

  /** Values are bound without a type: the server finds out which one is meant. */
  private static PreparedStatement prepared(
      Connection login, String sql, Placeholders placeholders, SqlAsk ask) throws SQLException {
    if (placeholders.count() != ask.parameters().size() || placeholders.order().contains(0)) {
      throw new IpaiException(
          GatewayErrors.SQL_REFUSED,
          "the statement has "
              + placeholders.count()
              + " parameters, and "
              + ask.parameters().size()
              + " are given");
    }
    PreparedStatement statement = login.prepareStatement(sql);
    try {
      int index = 1;
      for (int number : placeholders.order()) {
        statement.setObject(index++, ask.parameters().get(number - 1), Types.OTHER);
      }
      ask.running().accept(statement);
      return statement;
    } catch (SQLException | RuntimeException e) {
      statement.close();
      throw e;
    }
  }

  /**
   * The caller wrote the statement and sees why it failed; PostgreSQL's text may quote values, but
   * only of rows that the caller's own login reads.
   */
  private static IpaiException failed(SQLException e) {
    return PostgresFault.infrastructure(e)
        .orElseGet(
            () ->
                new IpaiException(GatewayErrors.SQL_FAILED, firstLine(e), e)
                    .fact("sqlstate", String.valueOf(e.getSQLState())));
  }

  private static String firstLine(SQLException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("the statement failed");
  }

  private static AuditEntry.Builder entry(
      Connection login, Writer writer, String requestId, long start, String sql) {
    AuditEntry.Builder entry =
        AuditEntry.of("sql.read")
            .requestId(requestId)
            .principal(writer.principal())
            .actingRole(userOf(login))
            .object(OneQuery.objects(sql))
            .detail("sha256", Sha256.hex(sql))
            .duration(Duration.ofNanos(System.nanoTime() - start));
    return writer.given().isEmpty() ? entry : entry.detail("claims", writer.given());
  }

  private static String userOf(Connection login) {
    try {
      return login.getMetaData().getUserName();
    } catch (SQLException e) {
      return "";
    }
  }
}
