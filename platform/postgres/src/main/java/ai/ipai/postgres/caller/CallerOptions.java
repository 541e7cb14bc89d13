package ai.ipai.postgres.caller;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The limits of one caller transaction.
 *
 * @param readOnly whether PostgreSQL refuses writes
 * @param statementTimeout of each statement; positive
 * @param settings further transaction-local settings by name; only {@code search_path}, {@code
 *     TimeZone}, {@code lock_timeout} and names below {@code request.}, {@code response.} and
 *     {@code ipai.}, but neither the claims nor the request id
 */
public record CallerOptions(
    boolean readOnly, Duration statementTimeout, Map<String, String> settings) {
  /** The limit for every interactive statement. */
  public static final Duration STANDARD_TIMEOUT = Duration.ofSeconds(15);

  public CallerOptions {
    if (statementTimeout.toMillis() < 1) {
      throw new IllegalArgumentException("a statement timeout is at least 1 ms");
    }
    settings = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    settings.keySet().forEach(CallerOptions::checkSetting);
  }

  public static CallerOptions reading() {
    return new CallerOptions(true, STANDARD_TIMEOUT, Map.of());
  }

  public static CallerOptions writing() {
    return new CallerOptions(false, STANDARD_TIMEOUT, Map.of());
  }

  public CallerOptions withTimeout(Duration timeout) {
    return new CallerOptions(readOnly, timeout, settings);
  }

  public CallerOptions with(String setting, String value) {
    Map<String, String> more = new LinkedHashMap<>(settings);
    more.put(setting, value);
    return new CallerOptions(readOnly, statementTimeout, more);
  }

  private static void checkSetting(String name) {
    boolean allowed =
        switch (name) {
          case "search_path", "TimeZone", "lock_timeout" -> true;
          case "request.jwt.claims", "request.id" -> false;
          default ->
              name.startsWith("request.")
                  || name.startsWith("response.")
                  || name.startsWith("ipai.");
        };
    if (!allowed) {
      throw new IllegalArgumentException("not a setting of a caller transaction: " + name);
    }
  }
}
