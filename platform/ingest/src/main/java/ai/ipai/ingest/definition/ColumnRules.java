package ai.ipai.ingest.definition;

import ai.ipai.spi.connector.Settings;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.StreamDescriptor;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which columns of a stream land, and which only as a keyed hash. Names are the source's.
 *
 * @param include empty for all
 * @param exclude left out although included
 * @param hash land as HMAC-SHA256 in hexadecimal, so that equal values stay equal
 * @param hashKey a secret's reference; empty where nothing is hashed
 */
public record ColumnRules(
    Set<String> include, Set<String> exclude, Set<String> hash, String hashKey) {
  public static final ColumnRules ALL = new ColumnRules(Set.of(), Set.of(), Set.of(), "");

  public ColumnRules {
    include = Set.copyOf(include);
    exclude = Set.copyOf(exclude);
    hash = Set.copyOf(hash);
  }

  /**
   * Reads the mapping {@code columns} of a stream.
   *
   * @throws ai.ipai.spi.error.IpaiException {@code CON-002}
   */
  static ColumnRules of(Settings settings) {
    Settings rules = settings.mapping("columns");
    for (String key : rules.values().keySet()) {
      if (!Set.of("include", "exclude", "hash", "hash_key").contains(key)) {
        throw rules.fault(key, "is unknown", "include, exclude, hash or hash_key");
      }
    }
    ColumnRules read =
        new ColumnRules(
            Set.copyOf(new HashSet<>(rules.texts("include"))),
            Set.copyOf(new HashSet<>(rules.texts("exclude"))),
            Set.copyOf(new HashSet<>(rules.texts("hash"))),
            rules.text("hash_key", ""));
    if (!read.hash.isEmpty() && !read.hashKey.startsWith("secret://")) {
      throw rules.fault(
          "hash_key",
          "names no secret",
          "hash_key: secret://… with a random text; without a key, hashes of e-mail addresses are"
              + " guessed in minutes");
    }
    return read;
  }

  /** The same for a batch that may lack some of the columns. */
  public ColumnRules present(StreamDescriptor stream) {
    Set<String> here =
        stream.columns().stream().map(SourceColumn::name).collect(Collectors.toSet());
    return new ColumnRules(
        include,
        exclude.stream().filter(here::contains).collect(Collectors.toSet()),
        hash.stream().filter(here::contains).collect(Collectors.toSet()),
        hashKey);
  }

  public boolean isEmpty() {
    return equals(ALL);
  }

  /** Whether a column lands at all. */
  public boolean lands(String column) {
    return (include.isEmpty() || include.contains(column)) && !exclude.contains(column);
  }
}
