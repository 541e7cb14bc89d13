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
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Signs people in with e-mail and password, keeps them signed in, signs them out. Audited. */
public final class SignIn {
  public static final Duration ACCESS_LIFETIME = Duration.ofHours(1);
  private static final int MAX_PASSWORD_CHARACTERS = 256;

  private final ControlTransactions transactions;
  private final AccountStore accounts;
  private final RefreshTokenStore refreshTokens = new RefreshTokenStore();
  private final SignInThrottle throttle;
  private final PasswordHasher hasher;
  private final TokenMinter minter;
  private final AuditLog audit;
  private final Clock clock;

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
    this.throttle = new SignInThrottle(transactions);
    this.hasher = hasher;
    this.minter = minter;
    this.audit = audit;
    this.clock = clock;
  }

  /** Throws {@code GW-012} for a wrong pair, {@code GW-013} when guessed too often. */
  public Grant withPassword(String email, String password, Origin origin) throws SQLException {
    try {
      throttle.admit(email);
    } catch (IpaiException throttled) {
      audit.denied(entry("auth.sign_in", "anonymous", origin).deny("throttled").build());
      throw throttled;
    }
    Optional<Account> account = check(email, password);
    if (account.isEmpty()) {
      audit.denied(entry("auth.sign_in", "anonymous", origin).deny("wrong_credentials").build());
      throw refused("Invalid login credentials");
    }
    return transactions.run(
        origin.requestId(),
        CallerOptions.writing(),
        connection -> {
          throttle.succeeded(connection, email);
          AccountStore.signedIn(connection, account.get().id());
          RefreshTokenStore.Session session =
              refreshTokens.open(connection, account.get().id(), cut(origin.userAgent()));
          String refresh = refreshTokens.issue(connection, session, Optional.empty());
          audit.record(
              connection,
              entry("auth.sign_in", "user:" + account.get().id(), origin)
                  .allow("password")
                  .build());
          return grant(account.get(), session, refresh);
        });
  }

  private Optional<Account> check(String email, String password) throws SQLException {
    if (password.length() > MAX_PASSWORD_CHARACTERS) {
      return Optional.empty();
    }
    Optional<AccountStore.Credentials> found = accounts.findCredentials(email);
    String hash = found.map(AccountStore.Credentials::hash).orElse(null);
    boolean matches =
        hash == null ? hasher.matchesNobody(password) : hasher.matches(password, hash);
    return matches ? found.map(AccountStore.Credentials::account) : Optional.empty();
  }

  /** A new pair for a refresh token; {@code GW-012} for an unknown or used one. */
  public Grant withRefreshToken(String token, Origin origin) throws SQLException {
    Optional<Grant> renewed =
        transactions.run(origin.requestId(), CallerOptions.writing(), c -> renew(c, token, origin));
    return renewed.orElseThrow(() -> refused("Invalid Refresh Token"));
  }

  /** Empty where it must be refused: what was found out is committed first. */
  private Optional<Grant> renew(Connection connection, String token, Origin origin)
      throws SQLException {
    return switch (refreshTokens.use(connection, token)) {
      case RefreshTokenStore.Use.Unknown() -> {
        audit.record(
            connection,
            entry("auth.refresh", "anonymous", origin).deny("refresh_token_unknown").build());
        yield Optional.empty();
      }
      case RefreshTokenStore.Use.Reused() -> {
        audit.record(
            connection,
            entry("auth.refresh", "anonymous", origin).deny("refresh_token_reused").build());
        yield Optional.empty();
      }
      case RefreshTokenStore.Use.Renewed(RefreshTokenStore.Session session) -> {
        Optional<Account> account = AccountStore.find(connection, session.userId());
        if (account.isEmpty()) {
          refreshTokens.close(connection, session.id());
          audit.record(
              connection, entry("auth.refresh", "anonymous", origin).deny("account_gone").build());
          yield Optional.empty();
        }
        String next = refreshTokens.issue(connection, session, Optional.of(token));
        audit.record(
            connection,
            entry("auth.refresh", "user:" + account.get().id(), origin)
                .allow("refresh_token")
                .build());
        yield Optional.of(grant(account.get(), session, next));
      }
    };
  }

  /** Ends the session; its access tokens still count until they expire, within the hour. */
  public void signOut(String sessionId, String subject, Origin origin) throws SQLException {
    UUID session;
    try {
      session = UUID.fromString(sessionId);
    } catch (IllegalArgumentException e) {
      return;
    }
    transactions.run(
        origin.requestId(),
        CallerOptions.writing(),
        connection -> {
          refreshTokens.close(connection, session);
          audit.record(
              connection,
              entry("auth.sign_out", "user:" + subject, origin).allow("own_session").build());
          return session;
        });
  }

  private Grant grant(Account account, RefreshTokenStore.Session session, String refreshToken) {
    Map<String, Object> claims = claims(account);
    claims.put("session_id", session.id().toString());
    return new Grant(
        minter.mint(claims, ACCESS_LIFETIME),
        refreshToken,
        clock.instant().plus(ACCESS_LIFETIME).getEpochSecond(),
        account);
  }

  /** The claims of an account's tokens, as Supabase Auth writes them. */
  public static Map<String, Object> claims(Account account) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("sub", account.id().toString());
    claims.put("role", account.databaseRole());
    claims.put("email", account.email());
    claims.put("app_metadata", Claims.tree(account.appMetadata()));
    claims.put("user_metadata", Claims.tree(account.userMetadata()));
    claims.put("aal", "aal1");
    claims.put("amr", List.of(Map.of("method", "password")));
    return claims;
  }

  private static String cut(String userAgent) {
    return userAgent.length() <= 200 ? userAgent : userAgent.substring(0, 200);
  }

  private static AuditEntry.Builder entry(String action, String principal, Origin origin) {
    return AuditEntry.of(action)
        .principal(principal)
        .requestId(origin.requestId())
        .clientAddress(origin.clientAddress());
  }

  private static IpaiException refused(String message) {
    return new IpaiException(GatewayErrors.SIGN_IN_REFUSED, message);
  }
}
