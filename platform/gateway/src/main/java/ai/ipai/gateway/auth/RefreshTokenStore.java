package ai.ipai.gateway.auth;

import ai.ipai.spi.digest.Sha256;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/**
 * Owns {@code auth.sessions} and {@code auth.refresh_tokens}; works inside the caller's
 * transaction. A refresh token is used once: using it again means that somebody has a copy, and
 * ends the session. Within the grace it may have several successors, until one of them is used:
 * that voids the others, and whoever comes with the first token then has a copy.
 */
final class RefreshTokenStore {
  /** A client that lost the answer may ask again with the same token for this long. */
  private static final int GRACE_SECONDS = 10;

  /** Whoever is at it signs in again then, however often the session was renewed. */
  private static final int MAX_DAYS = 90;

  /** How long a used token is remembered as used. */
  private static final int REMEMBERED_DAYS = 7;

  private static final int TOKEN_BYTES = 24;

  private final SecureRandom random = new SecureRandom();

  /** A session that goes on: whose it is and which. */
  record Session(UUID id, UUID userId) {}

  /** What became of a refresh token. */
  sealed interface Use {
    record Renewed(Session session) implements Use {}

    /** Used before: the session is ended. Commit, then refuse. */
    record Reused() implements Use {}

    record Unknown() implements Use {}
  }

  Session open(Connection connection, UUID userId, String userAgent, String address)
      throws SQLException {
    forgetEnded(connection, userId);
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            insert into auth.sessions (user_id, user_agent, not_after, ip, aal)
            values (?, left(?, 200), now() + make_interval(days => ?), nullif(?, '')::inet, 'aal1')
            returning id
            """)) {
      statement.setObject(1, userId);
      statement.setString(2, userAgent);
      statement.setInt(3, MAX_DAYS);
      statement.setString(4, address.indexOf('%') < 0 ? address : "");
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return new Session(row.getObject(1, UUID.class), userId);
      }
    }
  }

  private static void forgetEnded(Connection connection, UUID userId) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "delete from auth.sessions where user_id = ? and not_after < now()")) {
      statement.setObject(1, userId);
      statement.executeUpdate();
    }
  }

  /** A new token of a session. */
  String issue(Connection connection, Session session, Optional<String> parent)
      throws SQLException {
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            insert into auth.refresh_tokens (token, user_id, session_id, parent)
            values (?, ?, ?, ?)
            """)) {
      statement.setString(1, Sha256.hex(token));
      statement.setString(2, session.userId().toString());
      statement.setObject(3, session.id());
      statement.setString(4, parent.map(Sha256::hex).orElse(null));
      statement.executeUpdate();
    }
    return token;
  }

  /** Uses of one session take turns: what one of them voids, the next one must find voided. */
  Use use(Connection connection, String token) throws SQLException {
    lockSession(connection, token);
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            select t.session_id, t.user_id::uuid,
              t.revoked and (t.updated_at < now() - make_interval(secs => ?)
                or exists (select from auth.refresh_tokens next
                  where next.parent = t.token and next.session_id = t.session_id and next.revoked))
            from auth.refresh_tokens t join auth.sessions s on s.id = t.session_id
            where t.token = ? and (s.not_after is null or s.not_after > now())
            for update of t
            """)) {
      statement.setInt(1, GRACE_SECONDS);
      statement.setString(2, Sha256.hex(token));
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          return new Use.Unknown();
        }
        Session session = new Session(row.getObject(1, UUID.class), row.getObject(2, UUID.class));
        if (row.getBoolean(3)) {
          close(connection, session.id());
          return new Use.Reused();
        }
        revoke(connection, token, session);
        return new Use.Renewed(session);
      }
    }
  }

  private static void lockSession(Connection connection, String token) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            select from auth.sessions where id =
              (select session_id from auth.refresh_tokens where token = ?) for update
            """)) {
      statement.setString(1, Sha256.hex(token));
      statement.execute();
    }
  }

  private static void revoke(Connection connection, String token, Session session)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            with used as (update auth.refresh_tokens set revoked = true, updated_at = now()
              where token = ? and not revoked returning token, parent),
            siblings as (update auth.refresh_tokens t set revoked = true, updated_at = '-infinity'
              from used where t.parent = used.parent and t.token <> used.token and not t.revoked),
            forgotten as (delete from auth.refresh_tokens where session_id = ? and revoked
              and greatest(created_at, updated_at) < now() - make_interval(days => ?))
            update auth.sessions set refreshed_at = now(), updated_at = now() where id = ?
            """)) {
      statement.setString(1, Sha256.hex(token));
      statement.setObject(2, session.id());
      statement.setInt(3, REMEMBERED_DAYS);
      statement.setObject(4, session.id());
      statement.executeUpdate();
    }
  }

  /** The tokens of a session count no more; what is issued next does. */
  void revokeAll(Connection connection, UUID sessionId) throws SQLException {
    AccountWriter.update(
        connection,
        """
        update auth.refresh_tokens set revoked = true, updated_at = '-infinity'
        where session_id = ? and not revoked
        """,
        sessionId);
  }

  /** Ends a session; its refresh tokens go with it. */
  void close(Connection connection, UUID sessionId) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("delete from auth.sessions where id = ?")) {
      statement.setObject(1, sessionId);
      statement.executeUpdate();
    }
  }
}
