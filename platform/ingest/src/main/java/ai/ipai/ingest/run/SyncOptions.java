package ai.ipai.ingest.run;

import java.util.Set;

/**
 * What is asked of one run.
 *
 * @param streams as the source calls them; empty for all
 * @param fullRefresh read everything anew, beside the live tables, and swap it in
 * @param reconcile look now for what the source does not report, whether due or not
 * @param allowMassDelete most rows of a table may vanish
 * @param requestedBy a principal, such as {@code user:…} or {@code job:…}
 */
public record SyncOptions(
    Set<String> streams,
    boolean fullRefresh,
    boolean reconcile,
    boolean allowMassDelete,
    String requestedBy) {
  public SyncOptions {
    streams = Set.copyOf(streams);
  }

  /** All streams, what has changed. */
  public static SyncOptions of(String requestedBy) {
    return new SyncOptions(Set.of(), false, false, false, requestedBy);
  }

  public SyncOptions withStreams(Set<String> chosen) {
    return new SyncOptions(chosen, fullRefresh, reconcile, allowMassDelete, requestedBy);
  }

  public SyncOptions withFullRefresh() {
    return new SyncOptions(streams, true, reconcile, allowMassDelete, requestedBy);
  }

  public SyncOptions withReconcile() {
    return new SyncOptions(streams, fullRefresh, true, allowMassDelete, requestedBy);
  }

  public SyncOptions withMassDeleteAllowed() {
    return new SyncOptions(streams, fullRefresh, reconcile, true, requestedBy);
  }
}
