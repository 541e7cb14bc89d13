package ai.ipai.governance.yaml;

import java.util.List;

/**
 * A list.
 *
 * @param size nodes in this tree, itself included
 */
public record YamlSequence(FilePlace place, List<YamlNode> items, int size) implements YamlNode {
  public YamlSequence {
    items = List.copyOf(items);
  }

  static YamlSequence of(FilePlace place, List<YamlNode> items) {
    return new YamlSequence(place, items, 1 + items.stream().mapToInt(YamlNode::size).sum());
  }

  @Override
  public String kind() {
    return "a list";
  }
}
