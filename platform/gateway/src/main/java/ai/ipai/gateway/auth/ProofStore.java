package ai.ipai.gateway.auth;

import ai.ipai.spi.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Owns {@code auth.one_time_tokens}. The database holds the hash of a link's token and a MAC of the
 * digits under a key that it does not have, so whoever reads it can use neither.
 */
final class ProofStore {
  private static final Duration LIFETIME = Duration.ofHours(1);

  /** Six digits are few: after this many wrong ones they count no more, the link still does. */
  private static final int MAX_GUESSES = 5;

  private static final int TOKEN_BYTES = 32;

  private final byte[] key;
  private final SecureRandom random = new SecureRandom();

  ProofStore(byte[] key) {
    this.key = key.clone();
  }

  /** In the place of an earlier one of the same kind. */
  Proof issue(
      Connection connection, UUID userId, Proof.Kind kind, String email, Optional<UUID> flow)
      throws SQLException {
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    String prefix = flow.isPresent() ? "pkce_" : "";
    Proof proof =
        new Proof(
            prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes),
            String.format(Locale.ROOT, "%06d", random.nextInt(1_000_000)));
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            insert into auth.one_time_tokens
              (user_id, token_type, token_hash, relates_to, digits_mac, flow_state_id, expires_at)
            values (?, ?::auth.one_time_token_type, ?, lower(?), ?, ?,
              now() + make_interval(secs => ?))
            on conflict (user_id, token_type) do update set token_hash = excluded.token_hash,
              relates_to = excluded.relates_to, digits_mac = excluded.digits_mac, guesses = 0,
              flow_state_id = excluded.flow_state_id, expires_at = excluded.expires_at,
              updated_at = now()
            """)) {
      statement.setObject(1, userId);
      statement.setString(2, kind.column());
      statement.setString(3, Sha256.hex(proof.token()));
      statement.setString(4, email);
      statement.setString(5, mac(userId, kind, proof.digits()));
      statement.setObject(6, flow.orElse(null), Types.OTHER);
      statement.setLong(7, LIFETIME.toSeconds());
      statement.executeUpdate();
    }
    return proof;
  }

  /** By the link; empty where there is none such, or it is too old. */
  Optional<Proof.Used> use(Connection connection, List<Proof.Kind> kinds, String token)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            delete from auth.one_time_tokens
            where token_hash = ? and token_type::text = any (?) and expires_at > now()
            returning user_id, token_type::text, relates_to, flow_state_id
            """)) {
      statement.setString(1, Sha256.hex(token));
      statement.setArray(2, connection.createArrayOf("text", columns(kinds)));
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Optional.of(used(row)) : Optional.empty();
      }
    }
  }

  /** By the digits; a wrong guess counts against each proof that was sent to this mailbox. */
  Optional<Proof.Used> use(
      Connection connection, List<Proof.Kind> kinds, String email, String digits)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            update auth.one_time_tokens set guesses = guesses + 1
            where relates_to = lower(?) and token_type::text = any (?) and expires_at > now()
              and guesses < ?
            returning user_id, token_type::text, relates_to, flow_state_id, digits_mac, id
            """)) {
      statement.setString(1, email);
      statement.setArray(2, connection.createArrayOf("text", columns(kinds)));
      statement.setInt(3, MAX_GUESSES);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          Proof.Used used = used(row);
          if (same(row.getString(5), mac(used.userId(), used.kind(), digits))) {
            AccountWriter.update(
                connection, "delete from auth.one_time_tokens where id = ?", row.getObject(6));
            return Optional.of(used);
          }
        }
        return Optional.empty();
      }
    }
  }

  private static boolean same(String one, String other) {
    return java.security.MessageDigest.isEqual(
        one.getBytes(StandardCharsets.US_ASCII), other.getBytes(StandardCharsets.US_ASCII));
  }

  private static Object[] columns(List<Proof.Kind> kinds) {
    return kinds.stream().map(Proof.Kind::column).toArray();
  }

  private static Proof.Used used(ResultSet row) throws SQLException {
    String column = row.getString(2);
    Proof.Kind kind =
        List.of(Proof.Kind.values()).stream()
            .filter(k -> k.column().equals(column))
            .findFirst()
            .orElseThrow();
    return new Proof.Used(
        row.getObject(1, UUID.class),
        kind,
        row.getString(3),
        Optional.ofNullable(row.getObject(4, UUID.class)));
  }

  private String mac(UUID userId, Proof.Kind kind, String digits) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      String text = userId + "\n" + kind.column() + "\n" + digits;
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }
}
