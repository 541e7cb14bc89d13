package ai.ipai.server;

import ai.ipai.governance.workspace.KnownNames;
import ai.ipai.governance.workspace.Workspace;
import ai.ipai.governance.workspace.WorkspaceApplier;
import ai.ipai.governance.workspace.WorkspacePlan;
import ai.ipai.governance.workspace.WorkspacePlanner;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The workspace of an installation: read from its folder, planned and applied. */
public final class Workspaces {
  private final Installation installation;

  public Workspaces(Installation installation) {
    this.installation = installation;
  }

  /** Changes nothing. Errors: {@code WSP-…}, every fault at once. */
  public WorkspacePlan plan() {
    return planner().plan(load(), declared());
  }

  /** All or nothing; what changed comes back. */
  public WorkspacePlan apply(String principal) {
    return new WorkspaceApplier(installation.database(), planner(), installation.auditLog())
        .apply(load(), declared(), principal, Optional.empty());
  }

  private WorkspacePlanner planner() {
    return new WorkspacePlanner(installation.database(), (before, after, catalog) -> List.of());
  }

  private Workspace load() {
    Path folder =
        installation
            .config()
            .workspace()
            .orElseThrow(
                () ->
                    new IpaiException(ServerErrors.USAGE, "there is no workspace here")
                        .fact("folder", installation.config().settings().workspace())
                        .hint("Name the folder that holds ipai.yaml: --workspace DIR"));
    return Workspace.load(folder, KnownNames.none());
  }

  private static Set<QualifiedName> declared() {
    return Set.of();
  }
}
