package ai.ipai.gateway.auth;

import ai.ipai.spi.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * Owns {@code auth.flow_state}: a client that keeps a code verifier gets a code in the redirect in
 * the place of tokens, and changes it for them with the verifier (RFC 7636). A code counts once.
 */
final class FlowStore {
  private static final int CODE_MINUTES = 5;
  private static final int FLOW_HOURS = 24;
  private static final int CODE_BYTES = 32;

  private final SecureRandom random = new SecureRandom();

  /**
   * What a client says of its verifier.
   *
   * @param method {@code s256} or {@code plain}
   */
  record Challenge(String challenge, String method) {
    /** Empty where the client uses none; {@code GW-005} where it is no challenge. */
    static Optional<Challenge> of(String challenge, String method) {
      if (challenge.isEmpty()) {
        return Optional.empty();
      }
      String known = method.isEmpty() ? "plain" : method.toLowerCase(Locale.ROOT);
      if (!challenge.matches("[A-Za-z0-9._~-]{43,128}")) {
        throw AuthFaults.invalid(
            "code challenge has to be between 43 and 128 characters of RFC 7636");
      }
      if (!known.equals("s256") && !known.equals("plain")) {
        throw AuthFaults.invalid("invalid code challenge method");
      }
      return Optional.of(new Challenge(challenge, known));
    }
  }

  /** What a code stands for. */
  record Redeemed(UUID userId, String method) {}

  /** Begins one; nobody has proven anything yet. */
  UUID begin(Connection connection, Challenge challenge, String provider, String method)
      throws SQLException {
    AccountWriter.update(
        connection,
        "delete from auth.flow_state where created_at < now() - make_interval(hours => ?)",
        FLOW_HOURS);
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            insert into auth.flow_state (auth_code, code_challenge, code_challenge_method,
              provider_type, authentication_method)
            values ('', ?, ?::auth.code_challenge_method, ?, ?) returning id
            """)) {
      statement.setString(1, challenge.challenge());
      statement.setString(2, challenge.method());
      statement.setString(3, provider);
      statement.setString(4, method);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getObject(1, UUID.class);
      }
    }
  }

  /** The user has proven who they are: a code for the redirect; empty where the flow is over. */
  Optional<String> issueCode(Connection connection, UUID flow, UUID userId) throws SQLException {
    byte[] bytes = new byte[CODE_BYTES];
    random.nextBytes(bytes);
    String code = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    int updated =
        AccountWriter.update(
            connection,
            """
            update auth.flow_state set user_id = ?, auth_code = ?, auth_code_issued_at = now(),
              updated_at = now()
            where id = ? and auth_code = ''
            """,
            userId,
            Sha256.hex(code),
            flow);
    return updated == 1 ? Optional.of(code) : Optional.empty();
  }

  /** What came of a code. Whatever it is, the code is gone: commit before refusing. */
  sealed interface Outcome {
    record Good(Redeemed redeemed) implements Outcome {}

    record Unknown() implements Outcome {}

    record Expired() implements Outcome {}

    record WrongVerifier() implements Outcome {}
  }

  Outcome redeem(Connection connection, String code, String verifier) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            delete from auth.flow_state where auth_code = ? and auth_code <> ''
            returning user_id, authentication_method, code_challenge,
              code_challenge_method::text,
              auth_code_issued_at < now() - make_interval(mins => ?)
            """)) {
      statement.setString(1, Sha256.hex(code));
      statement.setInt(2, CODE_MINUTES);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next() || row.getObject(1) == null) {
          return new Outcome.Unknown();
        }
        if (row.getBoolean(5)) {
          return new Outcome.Expired();
        }
        if (!fits(verifier, row.getString(3), row.getString(4))) {
          return new Outcome.WrongVerifier();
        }
        return new Outcome.Good(new Redeemed(row.getObject(1, UUID.class), row.getString(2)));
      }
    }
  }

  private static boolean fits(String verifier, String challenge, String method) {
    String made = method.equals("s256") ? s256(verifier) : verifier;
    return MessageDigest.isEqual(
        made.getBytes(StandardCharsets.UTF_8), challenge.getBytes(StandardCharsets.UTF_8));
  }

  /** RFC 7636, section 4.2. */
  static String s256(String verifier) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
