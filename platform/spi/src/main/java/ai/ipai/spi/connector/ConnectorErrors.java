package ai.ipai.spi.connector;

import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.ErrorKind;

/** The failures that all connectors share; numbers from 100 belong to single connectors. */
public final class ConnectorErrors {
  public static final ErrorCode UNKNOWN_TYPE =
      ErrorCode.of("CON-001", "UNKNOWN_CONNECTOR_TYPE", ErrorKind.CALLER);
  public static final ErrorCode SETTING =
      ErrorCode.of("CON-002", "WRONG_SETTING", ErrorKind.CALLER);
  public static final ErrorCode STREAM_NOT_FOUND =
      ErrorCode.of("CON-003", "STREAM_NOT_FOUND", ErrorKind.CALLER);
  public static final ErrorCode CURSOR =
      ErrorCode.of("CON-004", "CURSOR_NOT_UNDERSTOOD", ErrorKind.CONFLICT);
  public static final ErrorCode UNREACHABLE =
      ErrorCode.of("CON-005", "SOURCE_UNREACHABLE", ErrorKind.UPSTREAM);
  public static final ErrorCode REFUSED_LOGIN =
      ErrorCode.of("CON-006", "SOURCE_REFUSED_LOGIN", ErrorKind.CALLER);
  public static final ErrorCode FORBIDDEN =
      ErrorCode.of("CON-007", "SOURCE_FORBIDS", ErrorKind.CALLER);
  public static final ErrorCode RATE_LIMITED =
      ErrorCode.of("CON-008", "SOURCE_RATE_LIMITED", ErrorKind.CAPACITY);
  public static final ErrorCode CANCELLED =
      ErrorCode.of("CON-009", "CANCELLED", ErrorKind.CONFLICT);
  public static final ErrorCode ANSWER =
      ErrorCode.of("CON-010", "ANSWER_NOT_UNDERSTOOD", ErrorKind.UPSTREAM);
  public static final ErrorCode SOURCE_FAILED =
      ErrorCode.of("CON-011", "SOURCE_FAILED", ErrorKind.UPSTREAM);
  public static final ErrorCode ADDRESS_REFUSED =
      ErrorCode.of("CON-012", "ADDRESS_REFUSED", ErrorKind.CALLER);
  public static final ErrorCode MODE =
      ErrorCode.of("CON-013", "MODE_NOT_OFFERED", ErrorKind.CALLER);
  public static final ErrorCode LEFT_ALONE =
      ErrorCode.of("CON-014", "SOURCE_LEFT_ALONE", ErrorKind.CAPACITY);
  public static final ErrorCode PROCESS =
      ErrorCode.of("CON-015", "SOURCE_PROCESS_FAILED", ErrorKind.UPSTREAM);

  public static final ErrorCode OUTCOME_UNKNOWN =
      ErrorCode.of("CON-016", "OUTCOME_UNKNOWN", ErrorKind.UPSTREAM);
  public static final ErrorCode NOT_WRITABLE =
      ErrorCode.of("CON-017", "NOT_WRITABLE", ErrorKind.DENIED);
  public static final ErrorCode TARGET_REFUSED =
      ErrorCode.of("CON-018", "TARGET_REFUSED", ErrorKind.CALLER);

  /** The place is no longer in the source's log: the stream has to be read whole again. */
  public static final ErrorCode LOG_LOST = ErrorCode.of("CON-019", "LOG_LOST", ErrorKind.CONFLICT);

  private ConnectorErrors() {}
}
