package ai.ipai.gateway.auth;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.ControlTransactions;
import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Nine attempts an account in five minutes, wherever they come from and whether or not the account
 * exists: addresses and headers are the guesser's to choose, the account is not. Counted before the
 * password is looked at, in the database, so that parallel attempts and several servers count
 * together.
 */
final class SignInThrottle {
  private static final int MAX_ATTEMPTS = 9;
  private static final int WINDOW_SECONDS = 300;

  /** As the account is looked up: what PostgreSQL takes for the same e-mail counts together. */
  private static final String ACCOUNT = "sha256(convert_to(lower(?), 'UTF8'))";

  /** Guesses at accounts that do not exist leave nothing behind; a few at a time, by the index. */
  private static final String FORGET =
      """
      delete from ipai.sign_in_attempt where account_hash in (
        select account_hash from ipai.sign_in_attempt
        where window_started_at < now() - make_interval(secs => ?)
        order by window_started_at limit 10 for update skip locked)
      """;

  private final ControlTransactions transactions;

  SignInThrottle(ControlTransactions transactions) {
    this.transactions = transactions;
  }

  /** Counts an attempt; {@code GW-013} when there were too many. */
  void admit(String account) throws SQLException {
    int[] attemptsAndWait = transactions.run(CallerOptions.writing(), c -> count(c, account));
    if (attemptsAndWait[0] > MAX_ATTEMPTS) {
      throw new IpaiException(
              GatewayErrors.SIGN_IN_THROTTLED, "too many attempts to sign in to this account")
          .fact("retryAfterSeconds", Math.max(1, attemptsAndWait[1]))
          .hint("Wait a few minutes.");
    }
  }

  private static int[] count(Connection connection, String account) throws SQLException {
    try (PreparedStatement forget = connection.prepareStatement(FORGET)) {
      forget.setInt(1, WINDOW_SECONDS);
      forget.executeUpdate();
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            insert into ipai.sign_in_attempt as a (account_hash, attempts) values (%s, 1)
            on conflict (account_hash) do update set
              attempts = case when a.window_started_at < now() - make_interval(secs => ?)
                then 1 else a.attempts + 1 end,
              window_started_at = case when a.window_started_at < now() - make_interval(secs => ?)
                then now() else a.window_started_at end
            returning attempts,
              ceil(extract(epoch from window_started_at + make_interval(secs => ?) - now()))::int
            """
                .formatted(ACCOUNT))) {
      statement.setString(1, account);
      statement.setInt(2, WINDOW_SECONDS);
      statement.setInt(3, WINDOW_SECONDS);
      statement.setInt(4, WINDOW_SECONDS);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return new int[] {row.getInt(1), row.getInt(2)};
      }
    }
  }

  /** A good password ends the count. */
  void succeeded(Connection connection, String account) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "delete from ipai.sign_in_attempt where account_hash = " + ACCOUNT)) {
      statement.setString(1, account);
      statement.executeUpdate();
    }
  }
}
