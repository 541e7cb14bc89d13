package ai.ipai.governance.vault;

import ai.ipai.spi.error.IpaiException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Who may use a secret: a connector, a job, an agent, an app, or every holder of a role.
 *
 * @param name such as {@code odoo} or {@code ipai_operator}
 */
public record SecretUser(Kind kind, String name) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_./-]{0,199}");

  /** What kind of user. */
  public enum Kind {
    ROLE,
    CONNECTOR,
    JOB,
    AGENT,
    APP;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Errors: {@code VLT-007}. */
  public SecretUser {
    if (!NAME.matcher(name).matches()) {
      throw new IpaiException(
              VaultErrors.BAD_GRANT, "This cannot be the name of a user of a secret.")
          .hint("Letters, digits, _ . / and -, such as connector:odoo.");
    }
  }

  public static SecretUser connector(String name) {
    return new SecretUser(Kind.CONNECTOR, name);
  }

  public static SecretUser job(String name) {
    return new SecretUser(Kind.JOB, name);
  }

  public static SecretUser agent(String name) {
    return new SecretUser(Kind.AGENT, name);
  }

  public static SecretUser role(String name) {
    return new SecretUser(Kind.ROLE, name);
  }

  /** Parses {@code connector:odoo}. Errors: {@code VLT-007}. */
  public static SecretUser parse(String text) {
    int colon = text.indexOf(':');
    for (Kind kind : Kind.values()) {
      if (colon > 0 && text.substring(0, colon).equals(kind.text())) {
        return new SecretUser(kind, text.substring(colon + 1));
      }
    }
    throw new IpaiException(VaultErrors.BAD_GRANT, "Not a user of secrets: " + text)
        .hint("Write role:, connector:, job:, agent: or app: and a name.");
  }

  /** As grants and the audit name it: {@code connector:odoo}. */
  @Override
  public String toString() {
    return kind.text() + ":" + name;
  }
}
