package ai.ipai.governance.yaml;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * A single value, typed as YAML 1.2's core schema says: {@code yes}, {@code no} and {@code on} are
 * text.
 *
 * @param value a String, Boolean, Long, BigInteger, BigDecimal, or null
 * @param text as written, without quotes
 */
public record YamlScalar(FilePlace place, @Nullable Object value, String text) implements YamlNode {
  @Override
  public String kind() {
    return switch (value) {
      case null -> "nothing";
      case Boolean ignored -> "true or false";
      case Long ignored -> "a number";
      case BigInteger ignored -> "a number";
      case BigDecimal ignored -> "a number";
      default -> "text";
    };
  }

  @Override
  public int size() {
    return 1;
  }

  public boolean isNull() {
    return value == null;
  }
}
