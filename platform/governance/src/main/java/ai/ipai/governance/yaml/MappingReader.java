package ai.ipai.governance.yaml;

import ai.ipai.spi.error.ErrorCode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the keys of one mapping by type. Every fault goes to {@link Faults} and the reading goes on
 * with an empty value, so that one run reports everything. Call {@link #finish()} last: it reports
 * the keys that nobody asked for.
 */
public final class MappingReader {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");

  private final YamlMapping mapping;
  private final Faults faults;
  private final TreeSet<String> known = new TreeSet<>();

  private MappingReader(YamlMapping mapping, Faults faults) {
    this.mapping = mapping;
    this.faults = faults;
  }

  /** Reads a node as a mapping; another kind is a fault and reads as an empty mapping. */
  public static MappingReader of(YamlNode node, Faults faults) {
    if (node instanceof YamlMapping mapping) {
      return new MappingReader(mapping, faults);
    }
    faults.add(
        node.place(),
        YamlErrors.WRONG_TYPE,
        "expected a mapping, found " + node.kind(),
        "write key: value lines");
    return new MappingReader(YamlMapping.of(node.place(), Map.of()), faults);
  }

  public FilePlace place() {
    return mapping.place();
  }

  /** Of the key's value, or of the mapping where the key is absent. */
  public FilePlace place(String key) {
    return mapping.find(key).map(YamlNode::place).orElse(mapping.place());
  }

  public Faults faults() {
    return faults;
  }

  /** Reports a fault at a key's value. */
  public void fault(String key, ErrorCode code, String message, String cure) {
    faults.add(place(key), code, message, cure);
  }

  /** Whether the key is there with a value other than null. */
  public boolean has(String key) {
    return node(key).isPresent();
  }

  /** The key's node; empty where it is absent or null. */
  public Optional<YamlNode> node(String key) {
    known.add(key);
    return mapping
        .find(key)
        .filter(node -> !(node instanceof YamlScalar scalar && scalar.isNull()));
  }

  /** Reports the key as missing where {@link #has} is false. */
  public boolean require(String key) {
    if (has(key)) {
      return true;
    }
    faults.add(
        mapping.place(), YamlErrors.MISSING_KEY, "the key \"" + key + "\" is missing", "add it");
    return false;
  }

  public Optional<String> text(String key) {
    return node(key).flatMap(node -> textOf(key, node));
  }

  public String text(String key, String fallback) {
    return text(key).orElse(fallback);
  }

  /** The text, or {@code ""} after a fault. */
  public String requireText(String key) {
    return require(key) ? text(key).orElse("") : "";
  }

  private Optional<String> textOf(String key, YamlNode node) {
    if (node instanceof YamlScalar scalar && scalar.value() instanceof String text) {
      return Optional.of(text);
    }
    String cure = node instanceof YamlScalar ? "put it in quotes" : "write one text";
    wrongType(key, node, "text", cure);
    return Optional.empty();
  }

  /** The texts of a list; a single text reads as a list of one; empty where absent. */
  public List<String> texts(String key) {
    return switch (node(key).orElse(null)) {
      case null -> List.of();
      case YamlSequence list ->
          list.items().stream().flatMap(item -> textOf(key, item).stream()).toList();
      case YamlNode single -> textOf(key, single).stream().toList();
    };
  }

  public Optional<Boolean> bool(String key) {
    return typed(key, Boolean.class, "true or false", "write true or false");
  }

  public boolean bool(String key, boolean fallback) {
    return bool(key).orElse(fallback);
  }

  /** A whole number within bounds, both included. */
  public Optional<Long> integer(String key, long min, long max) {
    Optional<Long> value = typed(key, Long.class, "a whole number", "write digits only");
    if (value.isPresent() && (value.get() < min || value.get() > max)) {
      fault(
          key,
          YamlErrors.WRONG_VALUE,
          "\"" + key + "\" is " + value.get() + ", outside " + min + " to " + max,
          "choose a number within the bounds");
      return Optional.empty();
    }
    return value;
  }

  public Optional<BigDecimal> decimal(String key) {
    Optional<YamlNode> node = node(key);
    if (node.isPresent() && node.get() instanceof YamlScalar scalar) {
      if (scalar.value() instanceof BigDecimal value) {
        return Optional.of(value);
      }
      if (scalar.value() instanceof Long value) {
        return Optional.of(BigDecimal.valueOf(value));
      }
    }
    node.ifPresent(wrong -> wrongType(key, wrong, "a number", "write a number without quotes"));
    return Optional.empty();
  }

  /** A duration such as {@code 500ms}, {@code 30s}, {@code 15m}, {@code 4h} or {@code 7d}. */
  public Optional<Duration> duration(String key) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Matcher matcher = DURATION.matcher(text.get());
    if (!matcher.matches()) {
      fault(
          key,
          YamlErrors.WRONG_VALUE,
          "\"" + key + "\" is not a duration",
          "write a whole number and a unit: 500ms, 30s, 15m, 4h, 7d");
      return Optional.empty();
    }
    long amount = Long.parseLong(matcher.group(1));
    return Optional.of(
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(amount);
          case "s" -> Duration.ofSeconds(amount);
          case "m" -> Duration.ofMinutes(amount);
          case "h" -> Duration.ofHours(amount);
          default -> Duration.ofDays(amount);
        });
  }

  /** One of an enumeration's constants, written in lower case with {@code _} or {@code -}. */
  public <E extends Enum<E>> Optional<E> choice(String key, Class<E> type) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Map<String, E> constants = new LinkedHashMap<>();
    for (E constant : type.getEnumConstants()) {
      constants.put(constant.name().toLowerCase(Locale.ROOT), constant);
    }
    E found = constants.get(text.get().replace('-', '_'));
    if (found == null) {
      unknownChoice(key, text.get(), constants.keySet());
    }
    return Optional.ofNullable(found);
  }

  /** One of the given texts. */
  public Optional<String> choice(String key, String... choices) {
    Optional<String> text = text(key);
    if (text.isPresent() && !Arrays.asList(choices).contains(text.get())) {
      unknownChoice(key, text.get(), Arrays.asList(choices));
      return Optional.empty();
    }
    return text;
  }

  private void unknownChoice(String key, String text, Collection<String> choices) {
    faults.addUnknown(
        place(key),
        YamlErrors.WRONG_VALUE,
        "\"" + text + "\" is not a known value of \"" + key + "\"",
        text,
        choices);
  }

  public Optional<MappingReader> mapping(String key) {
    return node(key).map(node -> MappingReader.of(node, faults));
  }

  /** The mapping, or an empty one after a fault. */
  public MappingReader requireMapping(String key) {
    require(key);
    return mapping(key)
        .orElseGet(() -> new MappingReader(YamlMapping.of(mapping.place(), Map.of()), faults));
  }

  /** The mappings of a list; empty where absent. */
  public List<MappingReader> mappings(String key) {
    return nodes(key).stream().map(node -> MappingReader.of(node, faults)).toList();
  }

  /** The items of a list; empty where absent. */
  public List<YamlNode> nodes(String key) {
    Optional<YamlNode> node = node(key);
    if (node.isPresent() && node.get() instanceof YamlSequence list) {
      return list.items();
    }
    node.ifPresent(wrong -> wrongType(key, wrong, "a list", "start each item with \"- \""));
    return List.of();
  }

  /** All entries, for mappings whose keys are names: none of them is unknown afterwards. */
  public List<YamlMapping.Entry> entries() {
    known.addAll(mapping.keys());
    return new ArrayList<>(mapping.entries().values());
  }

  /** Reports the keys that nobody asked for, each with the nearest known one. */
  public void finish() {
    for (YamlMapping.Entry entry : mapping.entries().values()) {
      if (!known.contains(entry.key())) {
        faults.addUnknown(
            entry.place(),
            YamlErrors.UNKNOWN_KEY,
            "unknown key \"" + entry.key() + "\"",
            entry.key(),
            known);
      }
    }
  }

  private <T> Optional<T> typed(String key, Class<T> type, String expected, String cure) {
    Optional<YamlNode> node = node(key);
    if (node.isPresent()
        && node.get() instanceof YamlScalar scalar
        && type.isInstance(scalar.value())) {
      return Optional.of(type.cast(scalar.value()));
    }
    node.ifPresent(wrong -> wrongType(key, wrong, expected, cure));
    return Optional.empty();
  }

  private void wrongType(String key, YamlNode node, String expected, String cure) {
    faults.add(
        node.place(),
        YamlErrors.WRONG_TYPE,
        "\"" + key + "\" must be " + expected + ", found " + node.kind(),
        cure);
  }
}
