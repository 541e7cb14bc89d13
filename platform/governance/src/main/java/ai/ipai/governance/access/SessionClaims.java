package ai.ipai.governance.access;

import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.ControlTransactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Binds a caller's claims to one transaction of a login that callers share, from a connection of
 * the platform's own. The caller's SQL can neither set nor shed them: see decision 0009.
 */
public final class SessionClaims {
  private static final String SWEEP =
      """
      delete from ipai.session_claims s
      where s.bound_at < now() - interval '1 minute' and not exists (select from pg_stat_activity a
        where a.pid = s.pid and a.usename = s.login and (a.backend_start = s.backend_start) is not false)
      """;
  private static final String BIND =
      """
      insert into ipai.session_claims (pid, login, transaction_at, claims, backend_start) values (?, ?, ?, ?::jsonb, ?)
      on conflict (pid) do update set login = excluded.login, transaction_at = excluded.transaction_at,
        claims = excluded.claims, bound_at = excluded.bound_at, backend_start = excluded.backend_start
      """;
  private static final String RELEASE =
      "delete from ipai.session_claims where pid = ? and transaction_at = ?";

  private final ControlTransactions control;

  public SessionClaims(ControlTransactions control) {
    this.control = control;
  }

  /** What identifies one transaction, and cannot be chosen by whoever runs SQL in it. */
  private record Transaction(
      int pid, String login, OffsetDateTime startedAt, @Nullable OffsetDateTime backendStart) {
    static Transaction of(Connection login) throws SQLException {
      try (Statement statement = login.createStatement();
          ResultSet row =
              statement.executeQuery(
                  "select pg_catalog.pg_backend_pid(), session_user::text,"
                      + " pg_catalog.transaction_timestamp(), (select a.backend_start from"
                      + " pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid()) as a)")) {
        row.next();
        return new Transaction(
            row.getInt(1),
            row.getString(2),
            row.getObject(3, OffsetDateTime.class),
            row.getObject(4, OffsetDateTime.class));
      }
    }
  }

  /** What was bound; closing it takes the claims away, of a transaction that is over. */
  public interface Bound extends AutoCloseable {
    @Override
    void close() throws SQLException;
  }

  /**
   * Binds claims to the open transaction of a connection.
   *
   * @param login in READ COMMITTED, with a transaction begun and nothing of the caller's run in it
   * @param claims JSON as in a token, with {@code role} {@code authenticated}
   */
  public Bound bind(Connection login, String claims) throws SQLException {
    Transaction transaction = Transaction.of(login);
    control.run(
        CallerOptions.writing(),
        connection -> {
          try (Statement sweep = connection.createStatement()) {
            sweep.executeUpdate(SWEEP);
          }
          try (PreparedStatement bind = connection.prepareStatement(BIND)) {
            bind.setInt(1, transaction.pid());
            bind.setString(2, transaction.login());
            bind.setObject(3, transaction.startedAt());
            bind.setString(4, claims);
            bind.setObject(5, transaction.backendStart(), Types.TIMESTAMP_WITH_TIMEZONE);
            return bind.executeUpdate();
          }
        });
    return () -> release(transaction);
  }

  private void release(Transaction transaction) throws SQLException {
    control.run(
        CallerOptions.writing(),
        connection -> {
          try (PreparedStatement release = connection.prepareStatement(RELEASE)) {
            release.setInt(1, transaction.pid());
            release.setObject(2, transaction.startedAt());
            return release.executeUpdate();
          }
        });
  }
}
