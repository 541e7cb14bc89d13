package ai.ipai.governance.workspace;

import ai.ipai.governance.policy.PolicySet;
import ai.ipai.governance.policy.StoredRule;
import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.YamlMapping;
import ai.ipai.spi.digest.Sha256;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A workspace as its files say, checked as a whole. Immutable.
 *
 * @param root absolute
 * @param settings {@code ipai.yaml}
 * @param declared sorted by kind and name
 * @param policies the rules of {@code policies/*.yaml}
 * @param demoUsers the tree of {@code demo-users.yaml}, where there is one
 */
public record Workspace(
    Path root,
    String name,
    YamlMapping settings,
    List<Declared> declared,
    PolicySet policies,
    Optional<YamlMapping> demoUsers) {
  /** The file that makes a folder a workspace. */
  public static final String FILE = "ipai.yaml";

  public Workspace {
    declared = List.copyOf(declared);
  }

  /**
   * Reads and checks a workspace.
   *
   * @throws ai.ipai.spi.error.IpaiException {@code WSP-020}, listing every fault of every file
   */
  public static Workspace load(Path root, KnownNames known) {
    Faults faults = new Faults();
    Workspace workspace = read(root, known, faults);
    faults.throwIfAny(WorkspaceErrors.INVALID, "The workspace has faults");
    return workspace;
  }

  /** As {@link #load}, with the faults collected and what is at fault left out. */
  public static Workspace read(Path root, KnownNames known, Faults faults) {
    Workspace workspace = new WorkspaceReader(root, SchemaLibrary.shipped(), faults).read();
    WorkspaceChecks.check(workspace, known, faults);
    return workspace;
  }

  /** Sorted by name. */
  public List<Declared> declared(DeclaredKind kind) {
    return declared.stream().filter(one -> one.kind() == kind).toList();
  }

  public Optional<Declared> find(DeclaredKind kind, String name) {
    return declared.stream().filter(one -> one.kind() == kind && one.name().equals(name)).findAny();
  }

  /** {@code ipai.yaml} without the settings of single machines and targets. */
  JsonNode definition() {
    ObjectNode definition = (ObjectNode) CanonicalJson.of(settings);
    definition.retain("name", "description", "owner", "spec");
    return definition;
  }

  /** SHA-256 of everything that applying would record. */
  String fingerprint() {
    StringBuilder text = new StringBuilder(CanonicalJson.text(definition()));
    for (Declared one : declared) {
      text.append('\n').append(one).append(' ').append(one.file()).append(' ');
      text.append(CanonicalJson.text(one.definition()));
    }
    StoredRule.of(policies).forEach(rule -> text.append('\n').append(rule));
    return Sha256.hex(text.toString());
  }

  Collection<String> names(DeclaredKind kind) {
    return declared(kind).stream().map(Declared::name).toList();
  }
}
