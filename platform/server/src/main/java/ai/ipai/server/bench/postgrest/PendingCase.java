package ai.ipai.server.bench.postgrest;

/** The spec itself says that the case waits for something. */
final class PendingCase extends RuntimeException {
  private static final long serialVersionUID = 1;

  PendingCase(String reason) {
    super(reason);
  }
}
