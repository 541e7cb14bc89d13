package ai.ipai.gateway.auth;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Takes proofs that come back: by a link, by a code that somebody types, by a client's code. */
final class Verification {
  private final AuthParts parts;

  /** What a proof led to. */
  sealed interface Result {
    record SignedIn(SignIn.Grant grant) implements Result {}

    /** For a client that keeps a code verifier. */
    record Code(String code) implements Result {}

    /** The other mailbox has to agree too. */
    record HalfWay() implements Result {}
  }

  Verification(AuthParts parts) {
    this.parts = parts;
  }

  /**
   * By a link's token; {@code GW-031} where it does not count.
   *
   * @param byBrowser whether the link was followed: then a flow with a verifier gets a code
   */
  Result byToken(String type, String token, boolean byBrowser, SignIn.Origin origin)
      throws SQLException {
    parts.attempts().admit(Attempts.Limit.ADDRESS_PROOF, origin.clientAddress());
    List<Proof.Kind> kinds = kinds(type);
    return finish(origin, byBrowser, connection -> parts.proofs().use(connection, kinds, token));
  }

  /** By the code that was mailed; {@code GW-031} where it does not count. */
  Result byDigits(String type, String email, String digits, SignIn.Origin origin)
      throws SQLException {
    parts.attempts().admit(Attempts.Limit.ADDRESS_PROOF, origin.clientAddress());
    List<Proof.Kind> kinds = kinds(type);
    return finish(
        origin, false, connection -> parts.proofs().use(connection, kinds, email, digits));
  }

  /** Finds the proof that was brought. */
  private interface Finding {
    Optional<Proof.Used> find(Connection connection) throws SQLException;
  }

  private static List<Proof.Kind> kinds(String type) {
    return switch (type) {
      case "signup", "email", "magiclink" -> List.of(Proof.Kind.CONFIRMATION, Proof.Kind.RECOVERY);
      case "invite" -> List.of(Proof.Kind.CONFIRMATION);
      case "recovery" -> List.of(Proof.Kind.RECOVERY);
      case "email_change" -> List.of(Proof.Kind.EMAIL_CHANGE_NEW, Proof.Kind.EMAIL_CHANGE_CURRENT);
      default -> throw AuthFaults.invalid("Verify requires a verification type");
    };
  }

  private Result finish(SignIn.Origin origin, boolean byBrowser, Finding finding)
      throws SQLException {
    // A wrong guess is counted even though it is refused: the refusal comes after the commit.
    Optional<Result> result =
        parts.write(
            origin,
            connection -> {
              Optional<Proof.Used> used = finding.find(connection);
              Optional<Account> account =
                  used.isEmpty()
                      ? Optional.empty()
                      : AccountStore.find(connection, used.get().userId());
              return account.isEmpty()
                  ? Optional.<Result>empty()
                  : Optional.of(effect(connection, used.get(), account.get(), byBrowser, origin));
            });
    if (result.isEmpty()) {
      parts.denied(origin, "auth.verify", "anonymous", "proof_refused");
      throw AuthFaults.proofExpired();
    }
    return result.get();
  }

  private Result effect(
      Connection connection,
      Proof.Used used,
      Account account,
      boolean byBrowser,
      SignIn.Origin origin)
      throws SQLException {
    UUID id = account.id();
    Attempts.undo(connection, Attempts.Limit.ADDRESS_PROOF, origin.clientAddress());
    switch (used.kind()) {
      case CONFIRMATION -> AccountWriter.confirm(connection, id, true);
      case RECOVERY -> AccountWriter.confirm(connection, id, false);
      case REAUTHENTICATION -> {
        // proves nothing here
      }
      case EMAIL_CHANGE_NEW, EMAIL_CHANGE_CURRENT -> {
        boolean isLast =
            AccountWriter.agreed(connection, id) >= (account.email().isEmpty() ? 1 : 2);
        if (!isLast) {
          parts.allowed(connection, origin, "auth.email_change", id, "half_way");
          return new Result.HalfWay();
        }
        AccountWriter.setEmail(connection, id, account.newEmail().orElseThrow(), true);
      }
    }
    parts.allowed(connection, origin, "auth.verify", id, used.kind().column());
    if (byBrowser && used.flow().isPresent()) {
      Optional<String> code = parts.flows().issueCode(connection, used.flow().get(), id);
      if (code.isPresent()) {
        return new Result.Code(code.get());
      }
    }
    Account now = AccountStore.find(connection, id).orElse(account);
    return new Result.SignedIn(parts.sessions().begin(connection, now, "otp", origin));
  }

  /**
   * A session for a code and its verifier. Errors: {@code GW-032}, {@code GW-031}, {@code GW-012}.
   */
  SignIn.Grant byCode(String code, String verifier, SignIn.Origin origin) throws SQLException {
    parts.attempts().admit(Attempts.Limit.ADDRESS_PROOF, origin.clientAddress());
    Exchanged exchanged =
        parts.write(
            origin,
            connection -> {
              FlowStore.Outcome outcome = parts.flows().redeem(connection, code, verifier);
              if (!(outcome instanceof FlowStore.Outcome.Good(FlowStore.Redeemed redeemed))) {
                return new Exchanged(outcome, Optional.empty());
              }
              Optional<Account> account = AccountStore.find(connection, redeemed.userId());
              if (account.isEmpty()) {
                return new Exchanged(new FlowStore.Outcome.Unknown(), Optional.empty());
              }
              Attempts.undo(connection, Attempts.Limit.ADDRESS_PROOF, origin.clientAddress());
              parts.allowed(connection, origin, "auth.sign_in", redeemed.userId(), "code");
              return new Exchanged(
                  outcome,
                  Optional.of(
                      parts
                          .sessions()
                          .begin(connection, account.get(), redeemed.method(), origin)));
            });
    return exchanged
        .grant()
        .orElseThrow(
            () -> {
              parts.denied(origin, "auth.sign_in", "anonymous", "code_refused");
              return switch (exchanged.outcome()) {
                case FlowStore.Outcome.Expired() ->
                    AuthFaults.forbidden(
                        "flow_state_expired", "invalid flow state, flow state has expired");
                case FlowStore.Outcome.WrongVerifier() ->
                    AuthFaults.signIn(
                        "bad_code_verifier",
                        "code challenge does not match previously saved code verifier");
                case FlowStore.Outcome.Unknown _, FlowStore.Outcome.Good _ ->
                    AuthFaults.absent(
                        "flow_state_not_found", "invalid flow state, no valid flow state found");
              };
            });
  }

  private record Exchanged(FlowStore.Outcome outcome, Optional<SignIn.Grant> grant) {}
}
