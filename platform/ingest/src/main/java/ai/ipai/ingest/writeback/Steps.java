package ai.ipai.ingest.writeback;

/** Hears where an apply stands; a crash may come at any of them. */
@FunctionalInterface
public interface Steps {
  /** What has just happened. */
  enum Step {
    /** The items say sending. */
    MARKED,
    /** The records were looked up. */
    LOOKED_UP,
    /** The source has carried out the call. */
    CALLED,
    /** The records were read back. */
    VERIFIED,
    /** The items say how it ended. */
    STORED
  }

  void reached(Step step);

  static Steps none() {
    return step -> {};
  }
}
