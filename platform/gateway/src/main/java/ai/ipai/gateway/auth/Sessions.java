package ai.ipai.gateway.auth;

import ai.ipai.gateway.token.TokenMinter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Begins, raises and ends sessions within the caller's transaction, and makes their tokens. What
 * deletes a session also ends its access tokens: a trigger tells every server.
 */
final class Sessions {
  private final RefreshTokenStore refreshTokens = new RefreshTokenStore();
  private final TokenMinter minter;
  private final Clock clock;

  /** Which sessions of a user end. */
  enum Scope {
    LOCAL,
    GLOBAL,
    OTHERS
  }

  Sessions(TokenMinter minter, Clock clock) {
    this.minter = minter;
    this.clock = clock;
  }

  RefreshTokenStore refreshTokens() {
    return refreshTokens;
  }

  /**
   * A new session of somebody who has just proven who they are.
   *
   * @param method as {@code amr} names it: {@code password}, {@code otp}, {@code oauth}
   */
  SignIn.Grant begin(Connection connection, Account account, String method, SignIn.Origin origin)
      throws SQLException {
    AccountWriter.signedIn(connection, account.id());
    RefreshTokenStore.Session session =
        refreshTokens.open(connection, account.id(), origin.userAgent(), origin.clientAddress());
    addMethod(connection, session.id(), method);
    String refresh = refreshTokens.issue(connection, session, Optional.empty());
    // Read again: the time of this sign-in stands in it.
    Account now = AccountStore.find(connection, account.id()).orElse(account);
    return grant(connection, now, session, refresh);
  }

  /** A second factor was shown: the session counts for more, the user's sessions without it end. */
  SignIn.Grant raise(Connection connection, Account account, UUID sessionId, UUID factor)
      throws SQLException {
    AccountWriter.update(
        connection,
        """
        update auth.sessions set aal = 'aal2', factor_id = ?, updated_at = now()
        where id = ? and user_id = ?
        """,
        factor,
        sessionId,
        account.id());
    AccountWriter.update(
        connection,
        "delete from auth.sessions where user_id = ? and id <> ? and aal is distinct from 'aal2'",
        account.id(),
        sessionId);
    addMethod(connection, sessionId, "totp");
    RefreshTokenStore.Session session = new RefreshTokenStore.Session(sessionId, account.id());
    refreshTokens.revokeAll(connection, sessionId);
    return grant(
        connection, account, session, refreshTokens.issue(connection, session, Optional.empty()));
  }

  SignIn.Grant renew(
      Connection connection, Account account, RefreshTokenStore.Session session, String used)
      throws SQLException {
    String next = refreshTokens.issue(connection, session, Optional.of(used));
    return grant(connection, account, session, next);
  }

  /** How many ended. */
  int end(Connection connection, UUID userId, Optional<UUID> current, Scope scope)
      throws SQLException {
    return switch (scope) {
      case GLOBAL ->
          AccountWriter.update(connection, "delete from auth.sessions where user_id = ?", userId);
      case LOCAL ->
          current.isEmpty()
              ? 0
              : AccountWriter.update(
                  connection,
                  "delete from auth.sessions where user_id = ? and id = ?",
                  userId,
                  current.get());
      case OTHERS ->
          AccountWriter.update(
              connection,
              "delete from auth.sessions where user_id = ? and id is distinct from ?::uuid",
              userId,
              current.map(UUID::toString).orElse("00000000-0000-0000-0000-000000000000"));
    };
  }

  static boolean isOpen(Connection connection, UUID sessionId, UUID userId) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select 1 from auth.sessions where id = ? and user_id = ? for update")) {
      statement.setObject(1, sessionId);
      statement.setObject(2, userId);
      try (ResultSet row = statement.executeQuery()) {
        return row.next();
      }
    }
  }

  private static void addMethod(Connection connection, UUID sessionId, String method)
      throws SQLException {
    AccountWriter.update(
        connection,
        """
        insert into auth.mfa_amr_claims (session_id, authentication_method) values (?, ?)
        on conflict (session_id, authentication_method) do update set updated_at = now()
        """,
        sessionId,
        method);
  }

  private SignIn.Grant grant(
      Connection connection, Account account, RefreshTokenStore.Session session, String refresh)
      throws SQLException {
    Map<String, Object> claims = SignIn.claims(account);
    claims.put("session_id", session.id().toString());
    addAssurance(connection, session.id(), claims);
    return new SignIn.Grant(
        minter.mint(claims, SignIn.ACCESS_LIFETIME),
        refresh,
        clock.instant().plus(SignIn.ACCESS_LIFETIME).getEpochSecond(),
        account);
  }

  private static void addAssurance(
      Connection connection, UUID sessionId, Map<String, Object> claims) throws SQLException {
    List<Map<String, Object>> methods = new ArrayList<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            select coalesce(s.aal::text, 'aal1'), m.authentication_method,
              extract(epoch from m.updated_at)::bigint
            from auth.sessions s join auth.mfa_amr_claims m on m.session_id = s.id
            where s.id = ? order by m.updated_at desc, m.authentication_method
            """)) {
      statement.setObject(1, sessionId);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          claims.put("aal", rows.getString(1));
          methods.add(Map.of("method", rows.getString(2), "timestamp", rows.getLong(3)));
        }
      }
    }
    if (!methods.isEmpty()) {
      claims.put("amr", methods);
    }
  }
}
