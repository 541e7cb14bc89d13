package ai.ipai.governance.config;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How files name a secret: {@code secret://odoo/api_key}. The value lives in the vault.
 *
 * @param name the part after {@code secret://}
 */
public record SecretReference(String name) {
  public static final String SCHEME = "secret://";
  private static final Pattern NAME =
      Pattern.compile("[a-z0-9][a-z0-9_.-]*(/[a-z0-9][a-z0-9_.-]*)*");
  private static final int MAX_LENGTH = 200;

  public SecretReference {
    if (name.length() > MAX_LENGTH || !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not the name of a secret");
    }
  }

  /** Whether a text claims to be a reference, well-formed or not. */
  public static boolean isOne(String text) {
    return text.startsWith(SCHEME);
  }

  /** Empty unless the text is a well-formed reference. */
  public static Optional<SecretReference> parse(String text) {
    if (!isOne(text)) {
      return Optional.empty();
    }
    String name = text.substring(SCHEME.length());
    boolean isValid = name.length() <= MAX_LENGTH && NAME.matcher(name).matches();
    return isValid ? Optional.of(new SecretReference(name)) : Optional.empty();
  }

  @Override
  public String toString() {
    return SCHEME + name;
  }
}
