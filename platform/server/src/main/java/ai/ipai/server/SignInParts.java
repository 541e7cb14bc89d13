package ai.ipai.server;

import ai.ipai.gateway.auth.AccountStore;
import ai.ipai.gateway.auth.AuthFront;
import ai.ipai.gateway.auth.AuthRules;
import ai.ipai.gateway.auth.IdentityProvider;
import ai.ipai.gateway.auth.Mailer;
import ai.ipai.gateway.auth.PasswordHasher;
import ai.ipai.gateway.auth.SignIn;
import ai.ipai.gateway.auth.SmtpMailer;
import ai.ipai.gateway.token.EndedSessions;
import ai.ipai.gateway.token.KeyRing;
import ai.ipai.governance.config.IpaiConfig;
import ai.ipai.governance.config.SecretSource;
import ai.ipai.governance.vault.SecretUser;
import ai.ipai.postgres.PostgresFault;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Wires how people get in, where accounts are the platform's own: where Supabase Auth is present,
 * its tables stay untouched and its tokens are checked by secret or key set.
 */
final class SignInParts {
  private static final SecretUser USER = new SecretUser(SecretUser.Kind.APP, "gateway");

  private final Installation installation;
  private final IpaiConfig.Accounts settings;

  SignInParts(Installation installation) {
    this.installation = installation;
    this.settings = installation.config().settings().auth().accounts();
  }

  /** Whether accounts are kept, and tokens made, here. */
  boolean isOurs(Tokens tokens, AccountStore accounts) {
    try {
      return tokens.canMint() && accounts.isOurs();
    } catch (SQLException e) {
      throw PostgresFault.translate(e);
    }
  }

  AuthFront open(Tokens tokens, SignIn signIn, PasswordHasher hasher, Supplier<String> apiUrl) {
    KeyRing ring = settings.isSignedBySecret() ? null : KeyRing.open(installation.vault());
    if (ring != null) {
      tokens.minter().signWith(ring);
    }
    tokens.verifier().attach(ring, new EndedSessions(installation.control()));
    return new AuthFront(
        new AuthFront.Parts(
            installation.control(),
            signIn,
            hasher,
            installation.auditLog(),
            new AuthRules(
                settings.signUp(),
                !settings.confirms(),
                apiUrl,
                settings.siteUrl(),
                settings.redirectUrls()),
            mailer(),
            ring,
            provider(),
            installation.key()::derive,
            Clock.systemUTC()));
  }

  private @Nullable Mailer mailer() {
    return settings
        .mail()
        .map(
            mail ->
                new SmtpMailer(
                    mail.server(), mail.user(), () -> reveal(mail.password()), mail.from()))
        .orElse(null);
  }

  private @Nullable IdentityProvider provider() {
    return settings
        .oidc()
        .map(
            oidc ->
                new IdentityProvider(
                    oidc.name(), oidc.issuer(), oidc.clientId(), () -> reveal(oidc.clientSecret())))
        .orElse(null);
  }

  private Optional<String> reveal(Optional<SecretSource> secret) {
    return secret.map(
        source ->
            switch (source) {
              case SecretSource.Given(var value) -> value.reveal();
              case SecretSource.Named(var reference) ->
                  installation.vault().resolve(USER, reference).reveal();
            });
  }
}
