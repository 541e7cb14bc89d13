package ai.ipai.governance.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Objects;

/**
 * A text that may hold a secret: it prints as {@code ***} and is never serialised. Immutable. Two
 * are equal if their values are.
 */
public final class SensitiveText {
  private final String value;

  private SensitiveText(String value) {
    this.value = Objects.requireNonNull(value);
  }

  public static SensitiveText of(String value) {
    return new SensitiveText(value);
  }

  /** The value; for the one place that needs it, never for a message. */
  public String reveal() {
    return value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SensitiveText that
        && MessageDigest.isEqual(bytes(value), bytes(that.value));
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "***";
  }
}
