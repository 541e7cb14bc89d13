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
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;

/**
 * Runs SQL that a caller wrote, on a connection whose login is that caller: nothing in the text can
 * make it anybody else. READ ONLY, one statement, a time limit, a row limit, audited.
 */
public final class CallerSql {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

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
   * Runs the query.
   *
   * @param login a connection of the caller's own login, in autocommit; nobody else uses it
   * @throws IpaiException {@code GW-015}, {@code GW-016}
   */
  public Page run(Connection login, Writer writer, String sql, int maxRows, String requestId) {
    long start = System.nanoTime();
    try {
      OneQuery query = OneQuery.parse(sql);
      Page page = run(login, writer, query, maxRows);
      audit.await(
          entry(login, writer, requestId, start, sql)
              .allow("own_login")
              .rows(page.rows().size())
              .build());
      return page;
    } catch (IpaiException refused) {
      audit.await(entry(login, writer, requestId, start, sql).deny(refused.code().id()).build());
      throw refused;
    }
  }

  private Page run(Connection login, Writer writer, OneQuery query, int maxRows) {
    try {
      login.setAutoCommit(false);
      login.setReadOnly(true);
      login.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
      try (Statement limits = login.createStatement()) {
        limits.execute("set transaction read only");
        limits.execute("set local statement_timeout = " + TIMEOUT.toMillis());
        limits.execute("set local lock_timeout = 2000");
        limits.execute("set local search_path = ''");
      }
      return writer.claims().isPresent()
          ? bound(login, writer.claims().get(), query, maxRows)
          : rows(login, query, maxRows);
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** The claims are taken away only after the transaction that they were bound to has ended. */
  private Page bound(Connection login, String claims, OneQuery query, int maxRows)
      throws SQLException {
    SessionClaims.Bound bound = sessions.bind(login, claims);
    try {
      return rows(login, query, maxRows);
    } finally {
      bound.close();
    }
  }

  private static Page rows(Connection login, OneQuery query, int maxRows) throws SQLException {
    try (PreparedStatement statement = login.prepareStatement(query.text())) {
      statement.setMaxRows(maxRows + 1);
      statement.setFetchSize(Rows.FETCH);
      try (ResultSet results = statement.executeQuery()) {
        return Rows.read(results, maxRows);
      }
    } finally {
      login.rollback();
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
