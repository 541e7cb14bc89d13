package ai.ipai.gateway.auth;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.gateway.token.TokenMinter;
import ai.ipai.governance.audit.AuditEntry;
import ai.ipai.governance.audit.AuditLog;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.ControlTransactions;
import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Signs people in with e-mail and password, keeps them signed in, signs them out. Audited. */
public final class SignIn {
  public static final Duration ACCESS_LIFETIME = Duration.ofHours(1);
  private static final int MAX_PASSWORD_CHARACTERS = 256;

  private final ControlTransactions transactions;
  private final AccountStore accounts;
  private final Sessions sessions;
  private final SignInThrottle throttle;
  private final Attempts attempts;
  private final PasswordHasher hasher;
  private final AuditLog audit;

  /**
   * A session as the client gets it.
   *
   * @param refreshToken good for one use
   */
  public record Grant(
      String accessToken, String refreshToken, long expiresAtSeconds, Account account) {
    /** Says nothing of the tokens. */
    @Override
    public String toString() {
      return "Grant[" + account.id() + "]";
    }
  }

  /** What surrounds a request, for the audit log. */
  public record Origin(String requestId, String clientAddress, String userAgent) {}

  public SignIn(
      ControlTransactions transactions,
      AccountStore accounts,
      PasswordHasher hasher,
      TokenMinter minter,
      AuditLog audit,
      Clock clock) {
    this.transactions = transactions;
    this.accounts = accounts;
    this.sessions = new Sessions(minter, clock);
    this.throttle = new SignInThrottle(transactions);
    this.attempts = new Attempts(transactions);
    this.hasher = hasher;
    this.audit = audit;
  }

  Sessions sessions() {
    return sessions;
  }

  /**
   * Throws {@code GW-012} for a wrong pair, {@code GW-013} when guessed too often, at one account
   * or from one address.
   */
  public Grant withPassword(String email, String password, Origin origin) throws SQLException {
    try {
      throttle.admit(email);
      attempts.admit(Attempts.Limit.ADDRESS_SIGN_IN, origin.clientAddress());
    } catch (IpaiException throttled) {
      audit.denied(entry("auth.sign_in", "anonymous", origin).deny("throttled").build());
      throw throttled;
    }
    Optional<AccountStore.Credentials> known = check(email, password);
    if (known.isEmpty()) {
      audit.denied(entry("auth.sign_in", "anonymous", origin).deny("wrong_credentials").build());
      throw refused("Invalid login credentials");
    }
    Account account = known.get().account();
    if (!account.isConfirmed()) {
      audit.denied(
          entry("auth.sign_in", "user:" + account.id(), origin).deny("unconfirmed").build());
      throw AuthFaults.signIn("email_not_confirmed", "Email not confirmed");
    }
    Optional<String> newer = newerHash(known.get(), password);
    return transactions.run(
        origin.requestId(),
        CallerOptions.writing(),
        connection -> {
          throttle.succeeded(connection, email);
          Attempts.undo(connection, Attempts.Limit.ADDRESS_SIGN_IN, origin.clientAddress());
          if (newer.isPresent()) {
            AccountWriter.setPassword(connection, account.id(), newer.get());
          }
          Grant grant = sessions.begin(connection, account, "password", origin);
          audit.record(
              connection,
              entry("auth.sign_in", "user:" + account.id(), origin).allow("password").build());
          return grant;
        });
  }

  /** Where the hash is of an older kind, one of today's, now that the password is known. */
  private Optional<String> newerHash(AccountStore.Credentials credentials, String password) {
    String hash = credentials.hash();
    return hash == null || hasher.isCurrent(hash)
        ? Optional.empty()
        : Optional.of(hasher.hash(password));
  }

  private Optional<AccountStore.Credentials> check(String email, String password)
      throws SQLException {
    if (password.length() > MAX_PASSWORD_CHARACTERS) {
      return Optional.empty();
    }
    Optional<AccountStore.Credentials> found = accounts.findCredentials(email);
    String hash = found.map(AccountStore.Credentials::hash).orElse(null);
    boolean matches =
        hash == null ? hasher.matchesNobody(password) : hasher.matches(password, hash);
    return matches ? found : Optional.empty();
  }

  /** A new pair for a refresh token; {@code GW-012} for an unknown or used one. */
  public Grant withRefreshToken(String token, Origin origin) throws SQLException {
    attempts.admit(Attempts.Limit.ADDRESS_SIGN_IN, origin.clientAddress());
    Renewal renewal =
        transactions.run(origin.requestId(), CallerOptions.writing(), c -> renew(c, token, origin));
    return switch (renewal) {
      case Renewal.Good(Grant grant) -> grant;
      case Renewal.Bad(String code, String message) -> throw AuthFaults.signIn(code, message);
    };
  }

  /** What is found out is committed before it is told. */
  private sealed interface Renewal {
    record Good(Grant grant) implements Renewal {}

    record Bad(String code, String message) implements Renewal {}
  }

  private Renewal renew(Connection connection, String token, Origin origin) throws SQLException {
    return switch (sessions.refreshTokens().use(connection, token)) {
      case RefreshTokenStore.Use.Unknown() ->
          denied(
              connection,
              origin,
              "refresh_token_unknown",
              new Renewal.Bad(
                  "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found"));
      case RefreshTokenStore.Use.Reused() ->
          denied(
              connection,
              origin,
              "refresh_token_reused",
              new Renewal.Bad("refresh_token_already_used", "Invalid Refresh Token: Already Used"));
      case RefreshTokenStore.Use.Renewed(RefreshTokenStore.Session session) -> {
        Optional<Account> account = AccountStore.find(connection, session.userId());
        if (account.isEmpty()) {
          sessions.refreshTokens().close(connection, session.id());
          yield denied(
              connection,
              origin,
              "account_gone",
              new Renewal.Bad("user_not_found", "Invalid Refresh Token: User Not Found"));
        }
        Attempts.undo(connection, Attempts.Limit.ADDRESS_SIGN_IN, origin.clientAddress());
        Grant grant = sessions.renew(connection, account.get(), session, token);
        audit.record(
            connection,
            entry("auth.refresh", "user:" + account.get().id(), origin)
                .allow("refresh_token")
                .build());
        yield new Renewal.Good(grant);
      }
    };
  }

  private Renewal denied(Connection connection, Origin origin, String reason, Renewal.Bad renewal)
      throws SQLException {
    audit.record(connection, entry("auth.refresh", "anonymous", origin).deny(reason).build());
    return renewal;
  }

  /** Ends the session, its access tokens with it: within a second, on every server. */
  public void signOut(String sessionId, String subject, Origin origin) throws SQLException {
    Optional<UUID> session = uuid(sessionId);
    Optional<UUID> user = uuid(subject);
    if (session.isPresent() && user.isPresent()) {
      signOut(user.get(), session, Sessions.Scope.LOCAL, origin);
    }
  }

  void signOut(UUID user, Optional<UUID> session, Sessions.Scope scope, Origin origin)
      throws SQLException {
    transactions.run(
        origin.requestId(),
        CallerOptions.writing(),
        connection -> {
          int ended = sessions.end(connection, user, session, scope);
          audit.record(
              connection,
              entry("auth.sign_out", "user:" + user, origin)
                  .allow("own_session")
                  .detail("scope", scope.name().toLowerCase(Locale.ROOT))
                  .detail("sessions", ended)
                  .build());
          return ended;
        });
  }

  static Optional<UUID> uuid(String text) {
    try {
      return text.length() == 36 ? Optional.of(UUID.fromString(text)) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The claims of an account's tokens, as Supabase Auth writes them. */
  public static Map<String, Object> claims(Account account) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("sub", account.id().toString());
    claims.put("role", account.databaseRole());
    claims.put("email", account.email());
    claims.put("phone", "");
    claims.put("app_metadata", Claims.tree(account.appMetadata()));
    claims.put("user_metadata", Claims.tree(account.userMetadata()));
    claims.put("aal", "aal1");
    claims.put("amr", List.of(Map.of("method", "password")));
    claims.put("is_anonymous", false);
    return claims;
  }

  static AuditEntry.Builder entry(String action, String principal, Origin origin) {
    return AuditEntry.of(action)
        .principal(principal)
        .requestId(origin.requestId())
        .clientAddress(origin.clientAddress());
  }

  private static IpaiException refused(String message) {
    return new IpaiException(GatewayErrors.SIGN_IN_REFUSED, message);
  }
}
