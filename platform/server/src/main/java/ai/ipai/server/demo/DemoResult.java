package ai.ipai.server.demo;

import ai.ipai.governance.workspace.WorkspacePlan;
import ai.ipai.ingest.run.SyncReport;
import ai.ipai.pipelines.run.BuildReport;
import java.util.List;

/** What a run of the demo did. */
public record DemoResult(
    WorkspacePlan plan, List<SyncReport> syncs, BuildReport build, LayerCounts counts) {
  public DemoResult {
    syncs = List.copyOf(syncs);
  }

  public boolean succeeded() {
    return build.succeeded();
  }
}
