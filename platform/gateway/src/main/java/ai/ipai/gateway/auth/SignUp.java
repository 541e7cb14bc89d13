package ai.ipai.gateway.auth;

import ai.ipai.gateway.http.Json;
import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/**
 * Makes accounts for people and mails them what lets them in: confirmation, magic link, recovery.
 * Whether an address has an account shows in no answer, neither in its shape nor in its time.
 */
final class SignUp {
  private static final String EMAIL_PROVIDER = "{\"provider\":\"email\",\"providers\":[\"email\"]}";

  private final AuthParts parts;
  private final Clock clock;

  /**
   * What a client asks for.
   *
   * @param data what the user says of themselves, JSON
   * @param destination where the link leads in the end
   * @param challenge of a client that keeps a code verifier
   */
  record Wish(
      String email,
      String password,
      JsonNode data,
      String destination,
      Optional<FlowStore.Challenge> challenge) {
    /** Says nothing of the password. */
    @Override
    public String toString() {
      return "Wish";
    }
  }

  /** A session at once, or an account that has to be confirmed. */
  sealed interface Result {
    record SignedIn(SignIn.Grant grant) implements Result {}

    record Waiting(JsonNode user) implements Result {}
  }

  SignUp(AuthParts parts, Clock clock) {
    this.parts = parts;
    this.clock = clock;
  }

  /** Errors: {@code GW-030} where sign-up is off, or the password is weak; {@code GW-013}. */
  Result signUp(Wish wish, SignIn.Origin origin) throws SQLException {
    if (!parts.rules().signUp()) {
      parts.denied(origin, "auth.sign_up", "anonymous", "disabled");
      throw AuthFaults.refused("signup_disabled", "Signups not allowed for this instance");
    }
    String email = AccountWriter.checkedEmail(wish.email());
    AuthRules.checkedPassword(wish.password());
    if (!parts.rules().autoConfirm()) {
      parts.mail().require();
    }
    parts.attempts().admit(Attempts.Limit.ADDRESS_SIGN_UP, origin.clientAddress());
    String hash = parts.hasher().hash(wish.password());
    return parts.rules().autoConfirm()
        ? confirmed(wish, email, hash, origin)
        : unconfirmed(wish, email, hash, origin);
  }

  private Result confirmed(Wish wish, String email, String hash, SignIn.Origin origin)
      throws SQLException {
    try {
      return parts.write(
          origin,
          connection -> {
            UUID id = AccountWriter.insert(connection, account(wish, email, hash, true));
            parts.allowed(connection, origin, "auth.sign_up", id, "open");
            Account account = AccountStore.find(connection, id).orElseThrow();
            return new Result.SignedIn(
                parts.sessions().begin(connection, account, "password", origin));
          });
    } catch (IpaiException e) {
      if ("email_exists".equals(e.facts().get("authCode"))) {
        parts.denied(origin, "auth.sign_up", "anonymous", "taken");
        throw AuthFaults.refused("user_already_exists", "User already registered");
      }
      throw e;
    }
  }

  private static AccountWriter.NewAccount account(
      Wish wish, String email, String hash, boolean isConfirmed) {
    return new AccountWriter.NewAccount(
        Optional.empty(),
        email,
        hash,
        isConfirmed,
        false,
        "authenticated",
        EMAIL_PROVIDER,
        Json.text(wish.data()));
  }

  private Result unconfirmed(Wish wish, String email, String hash, SignIn.Origin origin)
      throws SQLException {
    admitMail(email, origin);
    JsonNode[] shown = new JsonNode[1];
    Optional<Mailer.Mail> mail =
        parts.write(
            origin,
            connection -> {
              Optional<Account> known = existing(connection, email);
              if (known.isPresent() && known.get().isConfirmed()) {
                shown[0] = pretended(wish, email);
                return Optional.empty();
              }
              UUID id =
                  known.isPresent()
                      ? again(connection, known.get().id(), wish, hash)
                      : AccountWriter.insert(connection, account(wish, email, hash, false));
              Mailer.Mail confirmation =
                  issue(connection, id, Proof.Kind.CONFIRMATION, "signup", email, wish);
              parts.allowed(connection, origin, "auth.sign_up", id, "unconfirmed");
              shown[0] = AccountStore.find(connection, id).orElseThrow().json();
              return Optional.of(confirmation);
            });
    parts.mail().later(() -> mail);
    return new Result.Waiting(shown[0]);
  }

  private static Optional<Account> existing(Connection connection, String email)
      throws SQLException {
    return AccountStore.findByEmail(connection, email).map(AccountStore.Credentials::account);
  }

  /** Whoever signs up last is the one whom the next mail confirms. */
  private static UUID again(Connection connection, UUID id, Wish wish, String hash)
      throws SQLException {
    AccountWriter.setPassword(connection, id, hash);
    AccountWriter.setUserMetadata(connection, id, Json.text(wish.data()));
    return id;
  }

  /** For an address that has an account: what a new one would look like. */
  private JsonNode pretended(Wish wish, String email) {
    String id = UUID.randomUUID().toString();
    String now = clock.instant().truncatedTo(java.time.temporal.ChronoUnit.MICROS).toString();
    String mailbox = email.toLowerCase(java.util.Locale.ROOT);
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("sub", id);
    data.put("email", mailbox);
    data.put("email_verified", false);
    data.put("phone_verified", false);
    Map<String, Object> identity = new LinkedHashMap<>();
    identity.put("identity_id", UUID.randomUUID().toString());
    identity.put("id", id);
    identity.put("user_id", id);
    identity.put("identity_data", data);
    identity.put("provider", "email");
    identity.put("last_sign_in_at", now);
    identity.put("created_at", now);
    identity.put("updated_at", now);
    identity.put("email", mailbox);
    Map<String, Object> user = new LinkedHashMap<>();
    user.put("id", id);
    user.put("aud", "authenticated");
    user.put("role", "authenticated");
    user.put("email", mailbox);
    user.put("phone", "");
    user.put("confirmation_sent_at", now);
    user.put("created_at", now);
    user.put("updated_at", now);
    user.put("is_anonymous", false);
    user.put("app_metadata", Map.of("provider", "email", "providers", List.of("email")));
    user.put("user_metadata", wish.data());
    user.put("identities", List.of(identity));
    return Json.read(Json.text(user));
  }

  /** A link and a code that sign in; makes an account where that is wanted and allowed. */
  void magicLink(Wish wish, boolean makesAccount, SignIn.Origin origin) throws SQLException {
    String email = AccountWriter.checkedEmail(wish.email());
    parts.mail().require();
    admitMail(email, origin);
    parts
        .mail()
        .later(
            () ->
                parts.write(
                    origin,
                    connection -> {
                      Optional<UUID> id = existing(connection, email).map(Account::id);
                      if (id.isEmpty() && makesAccount && parts.rules().signUp()) {
                        id = Optional.of(withoutPassword(connection, wish, email));
                      }
                      return id.isEmpty()
                          ? unknown(connection, origin, "auth.magic_link")
                          : Optional.of(
                              issue(
                                  connection,
                                  id.get(),
                                  Proof.Kind.RECOVERY,
                                  "magiclink",
                                  email,
                                  wish));
                    }));
  }

  private static UUID withoutPassword(Connection connection, Wish wish, String email)
      throws SQLException {
    return AccountWriter.insert(
        connection,
        new AccountWriter.NewAccount(
            Optional.empty(),
            email,
            null,
            false,
            false,
            "authenticated",
            EMAIL_PROVIDER,
            Json.text(wish.data())));
  }

  /** A link and a code for somebody who has forgotten the password. */
  void recover(Wish wish, SignIn.Origin origin) throws SQLException {
    send(wish, Proof.Kind.RECOVERY, "recovery", "auth.recover", origin);
  }

  /** The mail of a sign-up once more, as long as it has not been confirmed. */
  void resend(Wish wish, SignIn.Origin origin) throws SQLException {
    send(wish, Proof.Kind.CONFIRMATION, "signup", "auth.resend", origin);
  }

  private void send(Wish wish, Proof.Kind kind, String type, String action, SignIn.Origin origin)
      throws SQLException {
    String email = AccountWriter.checkedEmail(wish.email());
    parts.mail().require();
    admitMail(email, origin);
    parts
        .mail()
        .later(
            () ->
                parts.write(
                    origin,
                    connection -> {
                      Optional<Account> account = existing(connection, email);
                      if (account.isEmpty()
                          || (kind == Proof.Kind.CONFIRMATION && account.get().isConfirmed())) {
                        return unknown(connection, origin, action);
                      }
                      parts.allowed(connection, origin, action, account.get().id(), "mailed");
                      return Optional.of(
                          issue(connection, account.get().id(), kind, type, email, wish));
                    }));
  }

  private Optional<Mailer.Mail> unknown(Connection connection, SignIn.Origin origin, String action)
      throws SQLException {
    parts
        .audit()
        .record(connection, SignIn.entry(action, "anonymous", origin).deny("no_account").build());
    return Optional.empty();
  }

  /** Counted by mailbox whether or not anybody has it. */
  void admitMail(String email, SignIn.Origin origin) throws SQLException {
    String mailbox = email.toLowerCase(java.util.Locale.ROOT);
    parts.attempts().admit(Attempts.Limit.ADDRESS_MAIL, origin.clientAddress());
    parts.attempts().admit(Attempts.Limit.MAILBOX, mailbox);
    parts.attempts().admit(Attempts.Limit.MAILBOX_HOURLY, mailbox);
  }

  private Mailer.Mail issue(
      Connection connection, UUID id, Proof.Kind kind, String type, String email, Wish wish)
      throws SQLException {
    Optional<UUID> flow = Optional.empty();
    if (wish.challenge().isPresent()) {
      flow = Optional.of(parts.flows().begin(connection, wish.challenge().get(), "email", "otp"));
    }
    Proof proof = parts.proofs().issue(connection, id, kind, email, flow);
    AccountWriter.mailed(connection, id, kind);
    return parts.mail().mail(email, proof, type, wish.destination());
  }
}
