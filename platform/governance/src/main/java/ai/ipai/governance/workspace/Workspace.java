package ai.ipai.governance.workspace;

import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.YamlMapping;
import ai.ipai.governance.yaml.YamlNode;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A workspace as its files say, checked as a whole. Immutable.
 *
 * @param root absolute
 * @param settings {@code ipai.yaml}
 * @param declared sorted by kind and name
 * @param policies the trees of {@code policies/*.yaml} by file name
 * @param demoUsers the tree of {@code demo-users.yaml}, where there is one
 */
public record Workspace(
    Path root,
    String name,
    YamlMapping settings,
    List<Declared> declared,
    Map<String, YamlNode> policies,
    Optional<YamlMapping> demoUsers) {
  /** The file that makes a folder a workspace. */
  public static final String FILE = "ipai.yaml";

  public Workspace {
    declared = List.copyOf(declared);
    policies = new TreeMap<>(policies);
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

  Collection<String> names(DeclaredKind kind) {
    return declared(kind).stream().map(Declared::name).toList();
  }
}
