package ai.ipai.gateway.auth;

import ai.ipai.gateway.http.Route;
import ai.ipai.gateway.token.KeyRing;
import ai.ipai.governance.audit.AuditLog;
import ai.ipai.postgres.caller.ControlTransactions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /auth/v1} as a whole: Supabase Auth's interface over the installation's own accounts. */
public final class AuthFront implements AutoCloseable {
  private final List<Route> routes = new ArrayList<>();
  private final ProofMail mail;

  /**
   * What it stands on.
   *
   * @param mailer absent where no mail server is set
   * @param ring absent where tokens are signed with the secret
   * @param provider absent where nobody signs in elsewhere
   * @param keys makes keys of 32 bytes by purpose; they never stand in the database
   */
  public record Parts(
      ControlTransactions transactions,
      SignIn signIn,
      PasswordHasher hasher,
      AuditLog audit,
      AuthRules rules,
      @Nullable Mailer mailer,
      @Nullable KeyRing ring,
      @Nullable IdentityProvider provider,
      Keys keys,
      Clock clock) {}

  /** Derives keys from the installation's master key. */
  @FunctionalInterface
  public interface Keys {
    byte[] derive(String purpose, int bytes);
  }

  public AuthFront(Parts given) {
    this.mail = new ProofMail(given.mailer(), given.rules().apiUrl());
    AuthParts parts =
        new AuthParts(
            given.transactions(),
            given.signIn(),
            given.hasher(),
            new Attempts(given.transactions()),
            new ProofStore(given.keys().derive("auth proofs", 32)),
            new FlowStore(),
            given.rules(),
            mail,
            given.audit());
    SignUp signUp = new SignUp(parts, given.clock());
    Verification verification = new Verification(parts);
    Factors factors =
        new Factors(parts, new Sealed(given.keys().derive("auth factors", 32)), given.clock());
    AccountChange change = new AccountChange(parts, signUp);
    routes.addAll(
        new AuthRoutes(parts, signUp, verification, given.ring(), given.provider()).routes());
    routes.addAll(new UserRoutes(parts, change, factors).routes());
    routes.addAll(new AdminRoutes(parts, factors).routes());
    if (given.provider() != null) {
      ProviderSignIn away = new ProviderSignIn(parts, given.provider(), given.clock());
      routes.addAll(new ProviderRoutes(parts, away).routes());
    }
  }

  public List<Route> routes() {
    return List.copyOf(routes);
  }

  @Override
  public void close() {
    mail.close();
  }
}
