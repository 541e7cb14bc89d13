package ai.ipai.gateway.sql;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.gateway.read.Page;
import ai.ipai.gateway.read.Rows;
import ai.ipai.governance.audit.AuditEntry;
import ai.ipai.governance.audit.AuditReads;
import ai.ipai.postgres.PostgresFault;
import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * Runs SQL that a caller wrote, on a connection whose login is that caller: nothing in the text can
 * make it anybody else. READ ONLY, one statement, a time limit, a row limit, audited.
 */
public final class CallerSql {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);
  private static final int FETCH_ROWS = 500;

  private final AuditReads audit;

  public CallerSql(AuditReads audit) {
    this.audit = audit;
  }

  /**
   * Runs the query.
   *
   * @param login a connection of the caller's own login, in autocommit; nobody else uses it
   * @param principal as the audit log names the caller
   * @throws IpaiException {@code GW-015}, {@code GW-016}
   */
  public Page run(Connection login, String principal, String sql, int maxRows, String requestId) {
    long start = System.nanoTime();
    try {
      OneQuery query = OneQuery.parse(sql);
      Page page = run(login, query, maxRows);
      audit.await(
          entry(login, principal, requestId, start)
              .allow("own_login")
              .rows(page.rows().size())
              .build());
      return page;
    } catch (IpaiException refused) {
      audit.await(entry(login, principal, requestId, start).deny(refused.code().id()).build());
      throw refused;
    }
  }

  private static Page run(Connection login, OneQuery query, int maxRows) {
    try {
      login.setAutoCommit(false);
      login.setReadOnly(true);
      try (Statement limits = login.createStatement()) {
        limits.execute("set transaction read only");
        limits.execute("set local statement_timeout = " + TIMEOUT.toMillis());
        limits.execute("set local lock_timeout = 2000");
        limits.execute("set local search_path = ''");
      }
      try (PreparedStatement statement = login.prepareStatement(query.text())) {
        statement.setMaxRows(maxRows + 1);
        statement.setFetchSize(FETCH_ROWS);
        try (ResultSet results = statement.executeQuery()) {
          return Rows.read(results, maxRows);
        }
      } finally {
        login.rollback();
      }
    } catch (SQLException e) {
      throw failed(e);
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
      Connection login, String principal, String requestId, long start) {
    return AuditEntry.of("sql.read")
        .requestId(requestId)
        .principal(principal)
        .actingRole(userOf(login))
        .duration(Duration.ofNanos(System.nanoTime() - start));
  }

  private static String userOf(Connection login) {
    try {
      return login.getMetaData().getUserName();
    } catch (SQLException e) {
      return "";
    }
  }
}
