package ai.ipai.governance.audit;

import java.util.Locale;

/** What was decided about an action. */
public enum Decision {
  ALLOW,
  DENY;

  /** As the database holds it: {@code allow}, {@code deny}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads the database's text. Errors: {@link IllegalArgumentException} for any other. */
  public static Decision parse(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
