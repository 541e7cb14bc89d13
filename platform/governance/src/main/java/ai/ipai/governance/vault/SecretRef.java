package ai.ipai.governance.vault;

import ai.ipai.spi.error.IpaiException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How a secret is named wherever one is needed: {@code secret://odoo/api_key}.
 *
 * @param name the path after the scheme: lower-case letters, digits, {@code _ . -} and slashes, at
 *     most 200 characters
 */
public record SecretRef(String name) {
  public static final String SCHEME = "secret://";
  private static final int MAX_CHARS = 200;
  private static final Pattern NAME =
      Pattern.compile("[a-z0-9][a-z0-9_.-]*(/[a-z0-9][a-z0-9_.-]*)*");

  /** Errors: {@code VLT-001}. */
  public SecretRef {
    if (!isName(name)) {
      // The text is left out of the message: people paste values where names belong.
      throw new IpaiException(VaultErrors.BAD_REFERENCE, "This is not the name of a secret.")
          .hint("Write secret://odoo/api_key: lower-case letters, digits, _ . - and slashes.");
    }
  }

  /** Whether a configured text names a secret instead of being one. */
  public static boolean isReference(String text) {
    return text.startsWith(SCHEME);
  }

  /** Empty unless the text is a well-formed reference. */
  public static Optional<SecretRef> find(String text) {
    String name = isReference(text) ? text.substring(SCHEME.length()) : "";
    return isName(name) ? Optional.of(new SecretRef(name)) : Optional.empty();
  }

  private static boolean isName(String name) {
    return name.length() <= MAX_CHARS && NAME.matcher(name).matches();
  }

  /** Parses {@code secret://odoo/api_key}. Errors: {@code VLT-001}. */
  public static SecretRef parse(String text) {
    if (!isReference(text)) {
      throw new IpaiException(
              VaultErrors.BAD_REFERENCE, "A reference to a secret is expected here.")
          .hint("Secrets are only ever named: write secret://odoo/api_key.");
    }
    return new SecretRef(text.substring(SCHEME.length()));
  }

  @Override
  public String toString() {
    return SCHEME + name;
  }
}
