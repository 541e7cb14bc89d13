package ai.ipai.governance.yaml;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keys and values in the order of the file.
 *
 * @param size nodes in this tree, itself included
 */
public record YamlMapping(FilePlace place, Map<String, Entry> entries, int size)
    implements YamlNode {

  /**
   * One key and its value.
   *
   * @param place of the key
   */
  public record Entry(FilePlace place, String key, YamlNode value) {}

  public YamlMapping {
    entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
  }

  static YamlMapping of(FilePlace place, Map<String, Entry> entries) {
    int size = 1;
    for (Entry entry : entries.values()) {
      size += entry.value().size();
    }
    return new YamlMapping(place, entries, size);
  }

  public Optional<YamlNode> find(String key) {
    Entry entry = entries.get(key);
    return entry == null ? Optional.empty() : Optional.of(entry.value());
  }

  /** Where the key stands, or the mapping where the key is absent. */
  public FilePlace keyPlace(String key) {
    Entry entry = entries.get(key);
    return entry == null ? place : entry.place();
  }

  public List<String> keys() {
    return List.copyOf(entries.keySet());
  }

  @Override
  public String kind() {
    return "a mapping";
  }
}
