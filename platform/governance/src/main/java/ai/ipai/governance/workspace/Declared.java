package ai.ipai.governance.workspace;

import ai.ipai.governance.yaml.FilePlace;
import ai.ipai.governance.yaml.YamlMapping;
import tools.jackson.databind.JsonNode;

/**
 * One declared thing, as its file says.
 *
 * @param name unique within its kind
 * @param file relative to the workspace
 */
public record Declared(DeclaredKind kind, String name, String file, YamlMapping body) {

  /** The whole file as JSON, its keys in canonical order; this is what is recorded. */
  public JsonNode definition() {
    return CanonicalJson.of(body);
  }

  FilePlace place(String key) {
    return body.find(key).map(node -> node.place()).orElse(body.place());
  }

  @Override
  public String toString() {
    return kind.title() + " " + name;
  }
}
