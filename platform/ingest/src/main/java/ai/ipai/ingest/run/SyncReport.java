package ai.ipai.ingest.run;

import ai.ipai.ingest.load.LoadCounts;
import java.util.List;
import java.util.UUID;

/**
 * What a run did. A run that failed in part has stored all else.
 *
 * @param runId {@code ipai.connector_run.id}
 * @param streams in the source's order
 */
public record SyncReport(
    UUID runId, String connector, RunStatus status, List<StreamReport> streams) {
  public SyncReport {
    streams = List.copyOf(streams);
  }

  public LoadCounts counts() {
    return streams.stream().map(StreamReport::counts).reduce(LoadCounts.NONE, LoadCounts::plus);
  }
}
