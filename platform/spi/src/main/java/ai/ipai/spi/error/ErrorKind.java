package ai.ipai.spi.error;

/**
 * Who can mend a failure. This is the one table that maps a failure to an HTTP status, a JSON-RPC
 * code, a CLI exit code, a log level and whether trying again helps.
 */
public enum ErrorKind {
  /** The request or file is wrong; its author mends it. */
  CALLER(400, -32602, 2, false),
  /** Nobody, or a token that proves nothing. */
  IDENTITY(401, -32001, 1, false),
  /** Known, but not allowed. */
  DENIED(403, -32003, 1, false),
  /** The state has moved on: a lock, a duplicate, an outdated plan. */
  CONFLICT(409, -32009, 1, true),
  /** A limit, a budget, a full pool or a full disk. */
  CAPACITY(503, -32005, 1, true),
  /** Another system failed: a source, a database, an identity provider. */
  UPSTREAM(502, -32002, 1, true),
  /** A fault of ours. */
  DEFECT(500, -32603, 1, false);

  private final int httpStatus;
  private final int jsonRpcCode;
  private final int exitCode;
  private final boolean retryHelps;

  ErrorKind(int httpStatus, int jsonRpcCode, int exitCode, boolean retryHelps) {
    this.httpStatus = httpStatus;
    this.jsonRpcCode = jsonRpcCode;
    this.exitCode = exitCode;
    this.retryHelps = retryHelps;
  }

  public int httpStatus() {
    return httpStatus;
  }

  public int jsonRpcCode() {
    return jsonRpcCode;
  }

  /** The exit code of a command: 1 failed, 2 wrong usage. */
  public int exitCode() {
    return exitCode;
  }

  public boolean retryHelps() {
    return retryHelps;
  }

  /** Whether the operator should see it as an error: our own defects and failing neighbours. */
  public boolean isOperational() {
    return this == DEFECT || this == UPSTREAM || this == CAPACITY;
  }
}
