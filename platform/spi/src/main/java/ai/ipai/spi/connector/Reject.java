package ai.ipai.spi.connector;

import java.util.Map;

/**
 * An input that was left out whole.
 *
 * @param source such as the file's path
 * @param reason for people, without row values
 * @param facts such as {@code line}, {@code sha256}
 */
public record Reject(String source, String reason, Map<String, String> facts) {
  public Reject {
    facts = Map.copyOf(facts);
  }
}
