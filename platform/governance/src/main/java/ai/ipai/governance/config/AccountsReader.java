package ai.ipai.governance.config;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads how people get in: the settings of accounts, mail and the identity provider. */
final class AccountsReader {
  private final SettingReader reader;
  private final Secrets secrets;

  /** Reads a setting that holds a secret or names one. */
  @FunctionalInterface
  interface Secrets {
    Optional<SecretSource> read(Setting setting, String example, int minLength);
  }

  AccountsReader(SettingReader reader, Secrets secrets) {
    this.reader = reader;
    this.secrets = secrets;
  }

  IpaiConfig.Accounts read() {
    return new IpaiConfig.Accounts(
        reader.choice(Setting.AUTH_SIGNING, "es256", "hs256").equals("hs256"),
        isOn(Setting.AUTH_SIGN_UP),
        isOn(Setting.AUTH_CONFIRM),
        reader.uri(Setting.AUTH_SITE_URL, "https", "http"),
        redirectUrls(),
        mail(),
        oidc());
  }

  private boolean isOn(Setting setting) {
    return reader.choice(setting, "on", "off").equals("on");
  }

  private List<String> redirectUrls() {
    List<String> patterns =
        Arrays.stream(reader.text(Setting.AUTH_REDIRECT_URLS).orElse("").split(",", -1))
            .map(String::strip)
            .filter(pattern -> !pattern.isEmpty())
            .toList();
    // A pattern without a host of its own would send tokens anywhere.
    if (!patterns.stream()
        .allMatch(
            p ->
                p.matches(
                    "[a-z][a-z0-9+.-]*://[^*?/][^/]*(/.*)?|[a-z][a-z0-9+.-]*://\\*\\.[^*?/]+(/.*)?"))) {
      reader.invalid(
          Setting.AUTH_REDIRECT_URLS, "addresses such as https://app.example.com/**, with commas");
    }
    return patterns;
  }

  private Optional<IpaiConfig.Mail> mail() {
    Optional<URI> server = reader.uri(Setting.SMTP_URL, "smtp", "smtps");
    Optional<SecretSource> password =
        secrets.read(Setting.SMTP_PASSWORD, "secret://mail/password", 1);
    Optional<String> from = reader.text(Setting.MAIL_FROM);
    if (server.isEmpty()) {
      return Optional.empty();
    }
    if (server.get().getHost() == null) {
      reader.invalid(Setting.SMTP_URL, "a URL such as smtps://mail.example.com:465");
      return Optional.empty();
    }
    if (from.isEmpty() || !from.get().matches("[^\\p{Cntrl}]*[^@\\s]+@[^@\\s]+")) {
      reader.contradiction(
          Setting.MAIL_FROM,
          "there is a mail server, but no address that mails are from",
          "set IPAI_MAIL_FROM");
      return Optional.empty();
    }
    return Optional.of(
        new IpaiConfig.Mail(server.get(), reader.text(Setting.SMTP_USER), password, from.get()));
  }

  private Optional<IpaiConfig.Oidc> oidc() {
    String name = reader.requireText(Setting.OIDC_NAME);
    Optional<URI> issuer = reader.uri(Setting.OIDC_ISSUER, "https", "http");
    Optional<String> client = reader.text(Setting.OIDC_CLIENT_ID);
    Optional<SecretSource> secret =
        secrets.read(Setting.OIDC_CLIENT_SECRET, "secret://oidc/client_secret", 1);
    if (!name.matches("[a-z][a-z0-9_]{1,40}") || name.equals("email")) {
      reader.invalid(Setting.OIDC_NAME, "a name in lower case such as keycloak, and not email");
    }
    if (issuer.isEmpty()) {
      return Optional.empty();
    }
    if (ConfigReader.isPlainRemote(issuer.get())) {
      reader.contradiction(
          Setting.OIDC_ISSUER, "an identity provider over plain HTTP proves nothing", "use https");
    }
    if (client.isEmpty()) {
      reader.contradiction(
          Setting.OIDC_CLIENT_ID,
          "there is an identity provider, but no client id",
          "set IPAI_OIDC_CLIENT_ID");
      return Optional.empty();
    }
    return Optional.of(new IpaiConfig.Oidc(name, issuer.get(), client.get(), secret));
  }
}
