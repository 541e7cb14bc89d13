package ai.ipai.gateway.auth;

import ai.ipai.gateway.http.Json;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** What users change of their own account: address, password, what they say of themselves. */
final class AccountChange {
  private final AuthParts parts;
  private final SignUp signUp;

  /**
   * Who asks.
   *
   * @param isSecond whether the session has shown a second factor
   */
  record Self(UUID id, Optional<UUID> session, boolean isSecond) {}

  AccountChange(AuthParts parts, SignUp signUp) {
    this.parts = parts;
    this.signUp = signUp;
  }

  /**
   * Errors: {@code GW-030} for a weak or unchanged password or an address that is taken, {@code
   * GW-031} where the account has a second factor and the session has not shown it.
   */
  Account change(Self self, JsonNode body, String destination, SignIn.Origin origin)
      throws SQLException {
    String password = text(body, "password");
    String email = text(body, "email");
    Optional<String> hash = Optional.empty();
    if (!password.isEmpty()) {
      AuthRules.checkedPassword(password);
      parts.attempts().admit(Attempts.Limit.PASSWORD, self.id().toString());
      refuseUnlessSecond(self);
      refuseSame(self, password);
      hash = Optional.of(parts.hasher().hash(password));
    }
    Optional<FlowStore.Challenge> challenge =
        FlowStore.Challenge.of(text(body, "code_challenge"), text(body, "code_challenge_method"));
    Optional<String> newHash = hash;
    if (!email.isEmpty() && !parts.rules().autoConfirm()) {
      parts.mail().require();
      signUp.admitMail(AccountWriter.checkedEmail(email), origin);
    }
    List<Mailer.Mail> mails = new ArrayList<>();
    Account changed =
        parts.write(
            origin,
            connection -> {
              Account account = own(connection, self.id());
              if (newHash.isPresent() || !email.isEmpty()) {
                requireSecond(connection, self);
              }
              if (newHash.isPresent()) {
                AccountWriter.setPassword(connection, self.id(), newHash.get());
                AccountWriter.voidProofs(connection, self.id());
                parts.sessions().end(connection, self.id(), self.session(), Sessions.Scope.OTHERS);
                parts.allowed(connection, origin, "auth.password", self.id(), "own");
              }
              if (body.path("data").isObject()) {
                AccountWriter.mergeUserMetadata(
                    connection, self.id(), Json.text(body.path("data")));
              }
              if (!email.isEmpty() && !email.equalsIgnoreCase(account.email())) {
                mails.addAll(moveTo(connection, account, email, destination, challenge, origin));
              }
              return own(connection, self.id());
            });
    mails.forEach(mail -> parts.mail().later(() -> Optional.of(mail)));
    return changed;
  }

  private static Account own(Connection connection, UUID id) throws SQLException {
    return AccountStore.find(connection, id)
        .orElseThrow(
            () ->
                AuthFaults.forbidden(
                    "user_not_found", "User from sub claim in JWT does not exist"));
  }

  /** Before passwords are compared: what that says is for the second factor's holder alone. */
  private void refuseUnlessSecond(Self self) throws SQLException {
    parts.read(
        connection -> {
          requireSecond(connection, self);
          return self;
        });
  }

  private void refuseSame(Self self, String password) throws SQLException {
    Optional<String> hash = parts.read(connection -> AccountStore.hash(connection, self.id()));
    if (hash.isPresent() && parts.hasher().matches(password, hash.get())) {
      throw AuthFaults.refused(
          "same_password", "New password should be different from the old password.");
    }
  }

  private static void requireSecond(Connection connection, Self self) throws SQLException {
    if (!self.isSecond() && Factors.hasVerified(connection, self.id())) {
      throw AuthFaults.forbidden(
          "insufficient_aal",
          "AAL2 session is required to update email or password when MFA is enabled.");
    }
  }

  private List<Mailer.Mail> moveTo(
      Connection connection,
      Account account,
      String email,
      String destination,
      Optional<FlowStore.Challenge> challenge,
      SignIn.Origin origin)
      throws SQLException {
    String checked = AccountWriter.checkedEmail(email);
    if (AccountStore.findByEmail(connection, checked).isPresent()) {
      throw AuthFaults.emailExists();
    }
    if (parts.rules().autoConfirm()) {
      AccountWriter.setEmail(connection, account.id(), checked, true);
      parts.allowed(connection, origin, "auth.email_change", account.id(), "unproven");
      return List.of();
    }
    AccountWriter.wantEmail(connection, account.id(), checked);
    parts.allowed(connection, origin, "auth.email_change", account.id(), "asked");
    List<Mailer.Mail> mails = new ArrayList<>();
    mails.add(
        mail(connection, account, Proof.Kind.EMAIL_CHANGE_NEW, checked, destination, challenge));
    if (!account.email().isEmpty()) {
      mails.add(
          mail(
              connection,
              account,
              Proof.Kind.EMAIL_CHANGE_CURRENT,
              account.email(),
              destination,
              challenge));
    }
    return mails;
  }

  private Mailer.Mail mail(
      Connection connection,
      Account account,
      Proof.Kind kind,
      String to,
      String destination,
      Optional<FlowStore.Challenge> challenge)
      throws SQLException {
    Optional<UUID> flow = Optional.empty();
    if (challenge.isPresent()) {
      flow = Optional.of(parts.flows().begin(connection, challenge.get(), "email", "otp"));
    }
    Proof proof = parts.proofs().issue(connection, account.id(), kind, to, flow);
    return parts.mail().mail(to, proof, "email_change", destination);
  }

  static String text(JsonNode body, String name) {
    JsonNode value = body.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    if (!value.isString() || value.stringValue().indexOf('\0') >= 0) {
      throw AuthFaults.invalid("not a text: " + name);
    }
    return value.stringValue();
  }
}
