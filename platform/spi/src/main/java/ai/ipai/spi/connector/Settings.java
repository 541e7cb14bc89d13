package ai.ipai.spi.connector;

import ai.ipai.spi.error.IpaiException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A mapping of a configuration file with typed reading. Values are strings, longs, decimals,
 * booleans, lists and mappings. Immutable.
 */
public final class Settings {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");

  private final String place;
  private final Map<String, @Nullable Object> values;

  private Settings(String place, Map<String, ? extends @Nullable Object> values) {
    this.place = place;
    this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /**
   * Wraps what was parsed.
   *
   * @param place for messages, such as {@code connectors/erp.yaml connection}
   */
  public static Settings of(String place, Map<String, ? extends @Nullable Object> values) {
    return new Settings(place, values);
  }

  public static Settings empty() {
    return new Settings("", Map.of());
  }

  public Map<String, @Nullable Object> values() {
    return values;
  }

  /**
   * A scalar that must be there.
   *
   * @throws IpaiException {@code CON-002} if it is missing or no scalar
   */
  public String text(String key) {
    return findText(key).orElseThrow(() -> fault(key, "is missing", "set it"));
  }

  public Optional<String> findText(String key) {
    Object value = values.get(key);
    if (value instanceof List || value instanceof Map) {
      throw fault(key, "is not a single value", "write one value");
    }
    return Optional.ofNullable(value).map(Object::toString);
  }

  public String text(String key, String otherwise) {
    return findText(key).orElse(otherwise);
  }

  public long integer(String key, long otherwise) {
    Object value = values.get(key);
    if (value == null) {
      return otherwise;
    }
    try {
      return Long.parseLong(value.toString());
    } catch (NumberFormatException e) {
      throw fault(key, "is not an integer", "write a whole number");
    }
  }

  public boolean flag(String key, boolean otherwise) {
    Object value = values.get(key);
    if (value == null) {
      return otherwise;
    }
    return switch (value.toString().toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw fault(key, "is neither true nor false", "write true or false");
    };
  }

  /** Written as {@code 500ms}, {@code 30s}, {@code 5m}, {@code 24h} or {@code 7d}. */
  public Duration duration(String key, Duration otherwise) {
    Object value = values.get(key);
    if (value == null) {
      return otherwise;
    }
    Matcher matcher = DURATION.matcher(value.toString());
    if (!matcher.matches()) {
      throw fault(key, "is not a duration", "write such as 30s, 5m, 24h or 7d");
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }

  /** A list of scalars; a single scalar counts as a list of one; empty if absent. */
  public List<String> texts(String key) {
    Object value = values.get(key);
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof List<?> list)) {
      return List.of(text(key));
    }
    List<String> texts = new ArrayList<>();
    for (Object element : list) {
      if (element == null || element instanceof List || element instanceof Map) {
        throw fault(key, "holds something that is not a single value", "write a list of words");
      }
      texts.add(element.toString());
    }
    return List.copyOf(texts);
  }

  /** A nested mapping; empty if absent. */
  public Settings mapping(String key) {
    Object value = values.get(key);
    if (value == null) {
      return new Settings(place + " " + key, Map.of());
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw fault(key, "is not a mapping", "write key: value lines below it");
    }
    Map<String, @Nullable Object> nested = new LinkedHashMap<>();
    map.forEach((name, element) -> nested.put(String.valueOf(name), element));
    return new Settings(place + " " + key, nested);
  }

  /** For a value that is well-formed but senseless. */
  public IpaiException fault(String key, String problem, String hint) {
    return new IpaiException(ConnectorErrors.SETTING, "setting " + key + " " + problem)
        .fact("place", place)
        .fact("setting", key)
        .hint(hint);
  }
}
