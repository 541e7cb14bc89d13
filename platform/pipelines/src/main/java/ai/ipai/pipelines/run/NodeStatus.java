package ai.ipai.pipelines.run;

/** How a node ended. */
public enum NodeStatus {
  /** Built, tested and in place; for a test: it passed. */
  DONE,
  /** Nothing it depends on has changed. */
  UNCHANGED,
  /** Its SQL or one of its gates failed; what was published before stays. */
  FAILED,
  /** Something it reads failed. */
  SKIPPED
}
