package ai.ipai.gateway.auth;

import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.ControlTransactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Counts attempts within a window by whatever is named: an address, an account. In the database, so
 * that parallel attempts and several servers count together; counted before the work is done.
 */
final class Attempts {
  private static final String FORGET =
      """
      delete from ipai.attempt where key in (select key from ipai.attempt
        where expires_at < now() order by expires_at limit 10 for update skip locked)
      """;

  private static final String COUNT =
      """
      insert into ipai.attempt as a (key, attempts, expires_at)
      values (sha256(convert_to(?, 'UTF8')), 1, now() + make_interval(secs => ?))
      on conflict (key) do update set
        attempts = case when a.expires_at < now() then 1 else a.attempts + 1 end,
        expires_at = case when a.expires_at < now() then excluded.expires_at else a.expires_at end
      returning attempts, ceil(extract(epoch from expires_at - now()))::int
      """;

  private final ControlTransactions transactions;

  /** What is counted. */
  enum Limit {
    /** Failed sign-ins of an address. */
    ADDRESS_SIGN_IN("sign-in", 60, Duration.ofMinutes(5)),
    ADDRESS_SIGN_UP("sign-up", 30, Duration.ofMinutes(5)),
    /** Proofs that do not count; what was good is taken off again. */
    ADDRESS_PROOF("proof", 30, Duration.ofMinutes(5)),
    ADDRESS_AWAY("away", 60, Duration.ofMinutes(5)),
    ADDRESS_MAIL("mail", 30, Duration.ofHours(1)),
    /** Mails to one mailbox, whoever asks for them. */
    MAILBOX("mailbox", 1, Duration.ofSeconds(60)),
    MAILBOX_HOURLY("mailbox-hour", 10, Duration.ofHours(1)),
    /** Codes of an authenticator; what was right does not count. */
    FACTOR("factor", 9, Duration.ofMinutes(5)),
    /** Changes of the own password: each is compared and hashed, which is dear. */
    PASSWORD("password", 10, Duration.ofMinutes(5));

    private final String text;
    private final int max;
    private final Duration window;

    Limit(String text, int max, Duration window) {
      this.text = text;
      this.max = max;
      this.window = window;
    }
  }

  Attempts(ControlTransactions transactions) {
    this.transactions = transactions;
  }

  /** Counts an attempt; {@code GW-013} when there were too many. */
  void admit(Limit limit, String whose) throws SQLException {
    int[] attemptsAndWait =
        transactions.run(CallerOptions.writing(), connection -> count(connection, limit, whose));
    if (attemptsAndWait[0] > limit.max) {
      throw tooMany(limit, attemptsAndWait[1]);
    }
  }

  private static RuntimeException tooMany(Limit limit, int seconds) {
    return switch (limit) {
      case MAILBOX ->
          AuthFaults.throttled(
              "over_email_send_rate_limit",
              "For security purposes, you can only request this after " + seconds + " seconds.",
              seconds);
      case MAILBOX_HOURLY, ADDRESS_MAIL ->
          AuthFaults.throttled("over_email_send_rate_limit", "email rate limit exceeded", seconds);
      case ADDRESS_SIGN_IN, ADDRESS_SIGN_UP, ADDRESS_PROOF, ADDRESS_AWAY, FACTOR, PASSWORD ->
          AuthFaults.throttled("over_request_rate_limit", "Request rate limit reached", seconds);
    };
  }

  private static int[] count(Connection connection, Limit limit, String whose) throws SQLException {
    AccountWriter.update(connection, FORGET);
    try (PreparedStatement statement = connection.prepareStatement(COUNT)) {
      statement.setString(1, key(limit, whose));
      statement.setLong(2, limit.window.toSeconds());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return new int[] {row.getInt(1), row.getInt(2)};
      }
    }
  }

  /** An attempt that was good does not count. */
  static void undo(Connection connection, Limit limit, String whose) throws SQLException {
    AccountWriter.update(
        connection,
        "update ipai.attempt set attempts = greatest(attempts - 1, 0)"
            + " where key = sha256(convert_to(?, 'UTF8'))",
        key(limit, whose));
  }

  private static String key(Limit limit, String whose) {
    return limit.text + "\n" + whose;
  }
}
