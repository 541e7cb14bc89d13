package ai.ipai.server.bench.postgrest;

/**
 * What came of a case.
 *
 * @param configuration whether it ran under the settings that most specs run under
 * @param detail of one that did not pass: the reason, and for a failure all that went to and fro
 */
record Outcome(String area, String title, Configured configuration, Kind kind, String detail) {
  enum Configured {
    DEFAULT,
    OTHER
  }

  enum Kind {
    PASSED,
    FAILED,
    /** The reader or the evaluator does not understand it. Counts as not passed. */
    NOT_RUN,
    /** Needs something that the server or the database here does not have. Listed, not counted. */
    LEFT_OUT,
    /** The spec itself says that it waits. Listed, not counted. */
    PENDING
  }

  boolean counts() {
    return kind == Kind.PASSED || kind == Kind.FAILED || kind == Kind.NOT_RUN;
  }
}
