package ai.ipai.server.bench.postgrest;

/** An answer is not what the spec says. */
final class Mismatch extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String expected;

  Mismatch(String reason, String expected) {
    super(reason);
    this.expected = expected;
  }

  String reason() {
    return String.valueOf(getMessage());
  }

  /** The whole expectation. */
  String expected() {
    return expected;
  }
}
