package ai.ipai.governance.yaml;

/** A node of a YAML file, immutable, with its place. */
public sealed interface YamlNode permits YamlMapping, YamlSequence, YamlScalar {
  FilePlace place();

  /** For messages: {@code a mapping}, {@code a list}, {@code text}, {@code a number}, … */
  String kind();

  /** The nodes in this tree, this one included, aliases counted as often as they are used. */
  int size();
}
