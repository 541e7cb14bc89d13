package ai.ipai.gateway.rest.request;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The header {@code Prefer} (RFC 7240). Of a preference that is said twice the first counts.
 *
 * @param invalid what is not a preference
 */
public record Preferences(
    Optional<Resolution> resolution,
    Optional<Representation> representation,
    Optional<Count> count,
    Optional<End> end,
    Optional<Missing> missing,
    Optional<Handling> handling,
    Optional<String> timezone,
    OptionalLong maxAffected,
    List<String> invalid) {
  /** What becomes of rows that exist already. */
  public enum Resolution {
    MERGE_DUPLICATES,
    IGNORE_DUPLICATES
  }

  /** What of the written rows comes back. */
  public enum Representation {
    REPRESENTATION,
    MINIMAL,
    HEADERS_ONLY
  }

  /** How rows are counted. */
  public enum Count {
    EXACT,
    PLANNED,
    ESTIMATED
  }

  /** How the transaction ends. */
  public enum End {
    COMMIT,
    ROLLBACK
  }

  /** What stands for keys that a row lacks. */
  public enum Missing {
    DEFAULT,
    NULL
  }

  /** What becomes of unknown preferences. */
  public enum Handling {
    STRICT,
    LENIENT
  }

  private static final String TIMEZONE = "timezone=";
  private static final String MAX_AFFECTED = "max-affected=";

  public Preferences {
    invalid = List.copyOf(invalid);
  }

  /**
   * Reads all values of the header.
   *
   * @param mayEstimate whether the planner may be asked; where not, rows are counted
   */
  static Preferences parse(List<String> headers, boolean mayEndOtherwise, boolean mayEstimate) {
    List<String> words = new ArrayList<>();
    headers.forEach(header -> List.of(header.split(",", -1)).forEach(w -> words.add(w.strip())));
    List<String> known = new ArrayList<>();
    Optional<End> end = first("tx=", End.values(), words, known);
    return new Preferences(
        first("resolution=", Resolution.values(), words, known),
        first("return=", Representation.values(), words, known),
        first("count=", Count.values(), words, known)
            .map(count -> mayEstimate ? count : Count.EXACT),
        mayEndOtherwise ? end : Optional.empty(),
        first("missing=", Missing.values(), words, known),
        first("handling=", Handling.values(), words, known),
        behind(TIMEZONE, words),
        behind(MAX_AFFECTED, words).map(Preferences::number).orElse(OptionalLong.empty()),
        words.stream()
            .filter(w -> !known.contains(w))
            .filter(w -> !w.startsWith(TIMEZONE) && !w.startsWith(MAX_AFFECTED))
            .toList());
  }

  private static <E extends Enum<E>> Optional<E> first(
      String prefix, E[] values, List<String> words, List<String> known) {
    for (E value : values) {
      known.add(word(prefix, value));
    }
    for (String word : words) {
      for (E value : values) {
        if (word.equals(word(prefix, value))) {
          return Optional.of(value);
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> behind(String prefix, List<String> words) {
    return words.stream()
        .filter(word -> word.startsWith(prefix))
        .findFirst()
        .map(word -> word.substring(prefix.length()));
  }

  private static OptionalLong number(String text) {
    try {
      return OptionalLong.of(Long.parseLong(text.strip()));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  private static String word(String prefix, Enum<?> value) {
    return prefix + value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public boolean isStrict() {
    return handling.filter(Handling.STRICT::equals).isPresent();
  }

  /** Whether the rows themselves are counted. */
  public boolean countsRows() {
    return count.filter(how -> how != Count.PLANNED).isPresent();
  }

  /** Whether the planner is asked. */
  public boolean asksPlanner() {
    return count.filter(how -> how != Count.EXACT).isPresent();
  }

  public boolean returns(Representation what) {
    return representation.filter(what::equals).isPresent();
  }

  /**
   * The header {@code Preference-Applied}.
   *
   * @param write what a write applied beside the count; none of it for a read
   */
  public Optional<String> applied(Applied write) {
    List<String> words = new ArrayList<>();
    resolution.filter(r -> write.resolution()).ifPresent(r -> words.add(word("resolution=", r)));
    missing.filter(m -> write.missing()).ifPresent(m -> words.add(word("missing=", m)));
    representation
        .filter(r -> write.representation())
        .ifPresent(r -> words.add(word("return=", r)));
    count.ifPresent(c -> words.add(word("count=", c)));
    end.ifPresent(e -> words.add(word("tx=", e)));
    handling.ifPresent(h -> words.add(word("handling=", h)));
    timezone.ifPresent(zone -> words.add(TIMEZONE + zone));
    if (isStrict() && write.maxAffected() && maxAffected.isPresent()) {
      words.add(MAX_AFFECTED + maxAffected.getAsLong());
    }
    return words.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", words));
  }

  /** Which preferences this kind of request heeds. */
  public record Applied(
      boolean resolution, boolean missing, boolean representation, boolean maxAffected) {
    public static final Applied READ = new Applied(false, false, false, false);
    public static final Applied CALL = new Applied(false, false, false, true);
    public static final Applied UPDATE = new Applied(false, true, true, true);
    public static final Applied DELETE = new Applied(false, false, true, true);
    public static final Applied PUT = new Applied(false, false, true, false);

    public static Applied insert(boolean resolves) {
      return new Applied(resolves, true, true, false);
    }
  }
}
