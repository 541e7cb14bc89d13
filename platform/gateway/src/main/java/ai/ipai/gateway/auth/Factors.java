package ai.ipai.gateway.auth;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** Second factors: an authenticator app, in the words of Supabase Auth's {@code /factors}. */
final class Factors {
  private static final int SECRET_BYTES = 20;
  private static final int MAX_FACTORS = 10;
  private static final Duration CHALLENGE = Duration.ofMinutes(5);

  private final AuthParts parts;
  private final Sealed sealed;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  Factors(AuthParts parts, Sealed sealed, Clock clock) {
    this.parts = parts;
    this.sealed = sealed;
    this.clock = clock;
  }

  static boolean hasVerified(Connection connection, UUID user) throws SQLException {
    return count(connection, user, true) > 0;
  }

  private static int count(Connection connection, UUID user, boolean onlyVerified)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select count(*) from auth.mfa_factors where user_id = ?"
                + (onlyVerified ? " and status = 'verified'" : ""))) {
      statement.setObject(1, user);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }

  /** A new factor, which counts once a code of it was shown. Errors: {@code GW-030}. */
  Map<String, Object> enrol(
      AccountChange.Self self, String name, String issuer, SignIn.Origin origin)
      throws SQLException {
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    UUID id = UUID.randomUUID();
    String email =
        parts.write(
            origin,
            connection -> {
              Account account = AccountStore.find(connection, self.id()).orElseThrow(this::absent);
              refuseUnlessSecond(connection, self);
              AccountWriter.update(
                  connection,
                  """
                  delete from auth.mfa_factors where user_id = ? and status = 'unverified'
                    and created_at < now() - make_interval(secs => ?)
                  """,
                  self.id(),
                  CHALLENGE.toSeconds());
              if (count(connection, self.id(), false) >= MAX_FACTORS) {
                throw AuthFaults.refused(
                    "too_many_enrolled_mfa_factors", "Maximum number of enrolled factors reached");
              }
              insert(connection, id, self.id(), name, secret);
              parts.allowed(connection, origin, "auth.factor_enrol", self.id(), "own");
              return account.email();
            });
    String encoded = Totp.base32(secret);
    String uri =
        "otpauth://totp/"
            + escaped(issuer)
            + ":"
            + escaped(email)
            + "?algorithm=SHA1&digits=6&issuer="
            + escaped(issuer)
            + "&period=30&secret="
            + encoded;
    Map<String, Object> totp = new LinkedHashMap<>();
    totp.put("qr_code", QrCode.svg(uri));
    totp.put("secret", encoded);
    totp.put("uri", uri);
    Map<String, Object> factor = new LinkedHashMap<>();
    factor.put("id", id.toString());
    factor.put("type", "totp");
    factor.put("friendly_name", name);
    factor.put("totp", totp);
    return factor;
  }

  private static String escaped(String text) {
    return ProofMail.encoded(text).replace("+", "%20");
  }

  private RuntimeException absent() {
    return AuthFaults.absent("mfa_factor_not_found", "Factor not found");
  }

  private static void refuseUnlessSecond(Connection connection, AccountChange.Self self)
      throws SQLException {
    if (!self.isSecond() && hasVerified(connection, self.id())) {
      throw AuthFaults.forbidden("insufficient_aal", "AAL2 required to enroll a new factor");
    }
  }

  private void insert(Connection connection, UUID id, UUID user, String name, byte[] secret)
      throws SQLException {
    try {
      AccountWriter.update(
          connection,
          """
          insert into auth.mfa_factors (id, user_id, friendly_name, factor_type, status, secret)
          values (?, ?, nullif(?, ''), 'totp', 'unverified', ?)
          """,
          id,
          user,
          name,
          sealed.seal(secret, id.toString()));
    } catch (SQLException e) {
      if ("23505".equals(e.getSQLState())) {
        throw AuthFaults.refused(
            "mfa_factor_name_conflict",
            "A factor with the friendly name \"" + name + "\" for this user already exists");
      }
      throw e;
    }
  }

  /** Errors: {@code GW-032}. */
  Map<String, Object> challenge(UUID user, UUID factor, SignIn.Origin origin) throws SQLException {
    UUID id = UUID.randomUUID();
    parts.write(
        origin,
        connection -> {
          AccountWriter.update(
              connection,
              """
              delete from auth.mfa_challenges where factor_id = ?
                and created_at < now() - make_interval(secs => ?)
              """,
              factor,
              CHALLENGE.toSeconds());
          int made =
              AccountWriter.update(
                  connection,
                  """
                  insert into auth.mfa_challenges (id, factor_id, ip_address)
                  select ?, f.id, coalesce(nullif(?, ''), '127.0.0.1')::inet
                  from auth.mfa_factors f where f.id = ? and f.user_id = ?
                  """,
                  id,
                  origin.clientAddress().indexOf('%') < 0 ? origin.clientAddress() : "",
                  factor,
                  user);
          if (made == 0) {
            throw absent();
          }
          return made;
        });
    return Map.of(
        "id",
        id.toString(),
        "type",
        "totp",
        "expires_at",
        clock.instant().plus(CHALLENGE).getEpochSecond());
  }

  /** What became of a code; committed before it is told. */
  private enum Check {
    RIGHT,
    WRONG,
    CHALLENGE_GONE
  }

  private record Checked(Check check, Optional<SignIn.Grant> grant) {}

  /** A session that counts for more. Errors: {@code GW-030}, {@code GW-032}, {@code GW-013}. */
  SignIn.Grant verify(
      AccountChange.Self self, UUID factor, UUID challenge, String code, SignIn.Origin origin)
      throws SQLException {
    parts.attempts().admit(Attempts.Limit.FACTOR, self.id().toString());
    Checked checked =
        parts.write(origin, connection -> check(connection, self, factor, challenge, code, origin));
    return switch (checked.check()) {
      case RIGHT -> checked.grant().orElseThrow();
      case WRONG -> {
        parts.denied(origin, "auth.factor_verify", "user:" + self.id(), "wrong_code");
        throw AuthFaults.refused("mfa_verification_failed", "Invalid TOTP code entered");
      }
      case CHALLENGE_GONE ->
          throw AuthFaults.refused(
              "mfa_challenge_expired",
              "MFA factor with the provided challenge ID not found or has expired");
    };
  }

  private Checked check(
      Connection connection,
      AccountChange.Self self,
      UUID factor,
      UUID challenge,
      String code,
      SignIn.Origin origin)
      throws SQLException {
    UUID session = self.session().orElseThrow(this::absent);
    Account account = AccountStore.find(connection, self.id()).orElseThrow(this::absent);
    if (!Sessions.isOpen(connection, session, self.id())) {
      throw AuthFaults.forbidden(
          "session_not_found", "Session from session_id claim in JWT does not exist");
    }
    byte[] secret = secret(connection, self.id(), factor);
    refuseUnlessSecondOrKnown(connection, self, factor);
    int taken =
        AccountWriter.update(
            connection,
            """
            update auth.mfa_challenges set verified_at = now()
            where id = ? and factor_id = ? and verified_at is null
              and created_at > now() - make_interval(secs => ?)
            """,
            challenge,
            factor,
            CHALLENGE.toSeconds());
    if (taken == 0) {
      return new Checked(Check.CHALLENGE_GONE, Optional.empty());
    }
    OptionalLong step = Totp.step(secret, code.strip(), clock.instant());
    boolean isFresh =
        step.isPresent()
            && AccountWriter.update(
                    connection,
                    """
                    update auth.mfa_factors set status = 'verified', last_used_step = ?,
                      last_challenged_at = now(), updated_at = now()
                    where id = ? and (last_used_step is null or last_used_step < ?)
                    """,
                    step.getAsLong(),
                    factor,
                    step.getAsLong())
                == 1;
    if (!isFresh) {
      // The same challenge may be tried again with another code.
      AccountWriter.update(
          connection, "update auth.mfa_challenges set verified_at = null where id = ?", challenge);
      return new Checked(Check.WRONG, Optional.empty());
    }
    Attempts.undo(connection, Attempts.Limit.FACTOR, self.id().toString());
    forgetUnverified(connection, self.id());
    SignIn.Grant grant = parts.sessions().raise(connection, account, session, factor);
    parts.allowed(connection, origin, "auth.factor_verify", self.id(), "totp");
    return new Checked(Check.RIGHT, Optional.of(grant));
  }

  /**
   * Whoever has only the password may have enrolled a factor before the owner did: it must not
   * become a way around the owner's.
   */
  private static void refuseUnlessSecondOrKnown(
      Connection connection, AccountChange.Self self, UUID factor) throws SQLException {
    if (!isVerified(connection, factor)) {
      refuseUnlessSecond(connection, self);
    }
  }

  private static void forgetUnverified(Connection connection, UUID user) throws SQLException {
    AccountWriter.update(
        connection,
        "delete from auth.mfa_factors where user_id = ? and status = 'unverified'",
        user);
  }

  private static boolean isVerified(Connection connection, UUID factor) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select 1 from auth.mfa_factors where id = ? and status = 'verified'")) {
      statement.setObject(1, factor);
      try (ResultSet row = statement.executeQuery()) {
        return row.next();
      }
    }
  }

  private byte[] secret(Connection connection, UUID user, UUID factor) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select secret from auth.mfa_factors where id = ? and user_id = ? for update")) {
      statement.setObject(1, factor);
      statement.setObject(2, user);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          throw absent();
        }
        return sealed.open(row.getString(1), factor.toString());
      }
    }
  }

  /** Takes a factor away; sessions that it raised count for less. Errors as above. */
  void remove(AccountChange.Self self, UUID factor, boolean byAdmin, SignIn.Origin origin)
      throws SQLException {
    parts.write(
        origin,
        connection -> {
          boolean isVerified = isVerified(connection, self.id(), factor);
          if (isVerified && !self.isSecond() && !byAdmin) {
            throw AuthFaults.refused(
                "insufficient_aal", "AAL2 required to unenroll verified factor");
          }
          AccountWriter.update(connection, "delete from auth.mfa_factors where id = ?", factor);
          AccountWriter.update(
              connection,
              "update auth.sessions set aal = 'aal1', factor_id = null where factor_id = ?",
              factor);
          parts.allowed(
              connection,
              origin,
              "auth.factor_remove",
              self.id(),
              byAdmin ? "service_role" : "own");
          return isVerified;
        });
  }

  private boolean isVerified(Connection connection, UUID user, UUID factor) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select status = 'verified' from auth.mfa_factors where id = ? and user_id = ?")) {
      statement.setObject(1, factor);
      statement.setObject(2, user);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          throw absent();
        }
        return row.getBoolean(1);
      }
    }
  }

  /** As administrators see them. */
  List<Map<String, Object>> list(UUID user) throws SQLException {
    return parts.read(
        connection ->
            AccountStore.findAny(connection, user)
                .map(account -> account.json().path("factors"))
                .map(
                    factors -> {
                      List<Map<String, Object>> all = new java.util.ArrayList<>();
                      factors.forEach(
                          factor ->
                              all.add(
                                  Map.of(
                                      "id",
                                      factor.path("id").asString(""),
                                      "friendly_name",
                                      factor.path("friendly_name").asString(""),
                                      "factor_type",
                                      factor.path("factor_type").asString(""),
                                      "status",
                                      factor.path("status").asString(""),
                                      "created_at",
                                      factor.path("created_at").asString(""),
                                      "updated_at",
                                      factor.path("updated_at").asString(""))));
                      return all;
                    })
                .orElseThrow(this::absent));
  }
}
