package ai.ipai.ingest.run;

/** Hears how a run goes on, after each stored batch. Called from several threads; returns soon. */
@FunctionalInterface
public interface ProgressListener {
  void onProgress(StreamProgress progress);

  static ProgressListener none() {
    return progress -> {};
  }
}
