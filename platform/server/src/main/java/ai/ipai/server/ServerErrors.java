package ai.ipai.server;

import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.ErrorKind;

/** What can go wrong in commands and in the wiring. Append-only. */
public final class ServerErrors {
  /** Words or options that make no sense. */
  public static final ErrorCode USAGE = ErrorCode.of("SRV-001", "USAGE", ErrorKind.CALLER);

  /** Another process listens on the port. */
  public static final ErrorCode PORT_TAKEN =
      ErrorCode.of("SRV-002", "PORT_TAKEN", ErrorKind.CONFLICT);

  /** The data folder cannot be used. */
  public static final ErrorCode DATA_DIR_UNUSABLE =
      ErrorCode.of("SRV-003", "DATA_DIR_UNUSABLE", ErrorKind.CALLER);

  /** Something no one foresaw. */
  public static final ErrorCode UNEXPECTED =
      ErrorCode.of("SRV-004", "UNEXPECTED", ErrorKind.DEFECT);

  /** No server runs on this data folder. */
  public static final ErrorCode NOT_RUNNING =
      ErrorCode.of("SRV-005", "NOT_RUNNING", ErrorKind.CONFLICT);

  /** An environment variable holds something that cannot be used. */
  public static final ErrorCode ENVIRONMENT_INVALID =
      ErrorCode.of("SRV-006", "ENVIRONMENT_INVALID", ErrorKind.CALLER);

  /** A server already runs on this data folder. */
  public static final ErrorCode ALREADY_RUNNING =
      ErrorCode.of("SRV-007", "ALREADY_RUNNING", ErrorKind.CONFLICT);

  /** No user, role or login of that name. */
  public static final ErrorCode PRINCIPAL_UNKNOWN =
      ErrorCode.of("SRV-008", "PRINCIPAL_UNKNOWN", ErrorKind.CALLER);

  /** The doctor found faults. */
  public static final ErrorCode UNHEALTHY =
      ErrorCode.of("SRV-009", "UNHEALTHY", ErrorKind.CONFLICT);

  /** This platform's database is not the one embedded here. */
  public static final ErrorCode EMBEDDED_ONLY =
      ErrorCode.of("SRV-010", "EMBEDDED_ONLY", ErrorKind.CALLER);

  /** A step of the demo failed without saying why. */
  public static final ErrorCode DEMO_FAILED =
      ErrorCode.of("SRV-011", "DEMO_FAILED", ErrorKind.DEFECT);

  private ServerErrors() {}
}
