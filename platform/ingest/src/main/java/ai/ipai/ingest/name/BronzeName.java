package ai.ipai.ingest.name;

import ai.ipai.spi.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Turns names of any alphabet and length into names in the database: lower case, letters, digits
 * and underscores, at most 63 bytes of UTF-8. The same name always gives the same result.
 */
public final class BronzeName {
  /** PostgreSQL's NAMEDATALEN less one. */
  static final int MAX_BYTES = 63;

  private static final int HASH_CHARS = 8;
  private static final String RESERVED = "_ipai_";
  private static final Set<String> OF_FILES = Set.of("_ipai_file", "_ipai_line");
  private static final Set<String> SYSTEM_COLUMNS =
      Set.of("tableoid", "xmin", "cmin", "xmax", "cmax", "ctid");

  private BronzeName() {}

  /** One name by itself. */
  public static String of(String source) {
    String simple = simple(source);
    boolean isLong = simple.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES;
    boolean isReserved =
        (simple.startsWith(RESERVED) && !OF_FILES.contains(simple))
            || SYSTEM_COLUMNS.contains(simple);
    return isLong || isReserved ? hashed(simple, source) : simple;
  }

  /** A name for a source of this owner, where another owner's has the plain one. */
  public static String of(String source, String owner) {
    return hashed(simple(source), owner + "/" + source);
  }

  /**
   * Names that stand side by side, such as the columns of a table. Those that would meet all get a
   * hash of the original, so that none depends on the order in which they came.
   *
   * @param sources may hold a name only once
   * @param taken names that keep what they have, such as those of columns that exist already
   * @return by source name, in their order
   */
  public static Map<String, String> allOf(List<String> sources, Map<String, String> taken) {
    Map<String, List<String>> meeting = new HashMap<>();
    for (String source : sources) {
      meeting.computeIfAbsent(of(source), key -> new ArrayList<>()).add(source);
    }
    Map<String, String> names = new LinkedHashMap<>();
    Set<String> used = new HashSet<>(taken.values());
    for (String source : sources) {
      String known = taken.get(source);
      if (known != null) {
        names.put(source, known);
        continue;
      }
      String name = of(source);
      boolean meets = meeting.getOrDefault(name, List.of()).size() > 1 || used.contains(name);
      names.put(source, meets ? hashed(simple(source), source) : name);
      used.add(names.get(source));
    }
    return names;
  }

  private static String simple(String source) {
    String composed = Normalizer.normalize(source, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
    StringBuilder name = new StringBuilder();
    composed
        .codePoints()
        .map(c -> Character.isLetterOrDigit(c) && isWholeCharacter(c) ? c : '_')
        .forEach(name::appendCodePoint);
    if (name.isEmpty()) {
      name.append('_');
    }
    if (Character.isDigit(name.codePointAt(0))) {
      name.insert(0, '_');
    }
    return name.toString();
  }

  private static boolean isWholeCharacter(int codePoint) {
    return codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE;
  }

  private static String hashed(String simple, String source) {
    String hash = Sha256.hex(source.getBytes(StandardCharsets.UTF_16BE)).substring(0, HASH_CHARS);
    StringBuilder cut = new StringBuilder();
    int bytes = 0;
    int limit = MAX_BYTES - HASH_CHARS - 2;
    for (int c : simple.codePoints().toArray()) {
      bytes += new String(Character.toChars(c)).getBytes(StandardCharsets.UTF_8).length;
      if (bytes > limit) {
        break;
      }
      cut.appendCodePoint(c);
    }
    return (simple.startsWith(RESERVED) ? "x" + cut : cut) + "_" + hash;
  }
}
