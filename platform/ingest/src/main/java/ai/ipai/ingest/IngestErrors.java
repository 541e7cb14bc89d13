package ai.ipai.ingest;

import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.ErrorKind;

/** The failures of loading. */
public final class IngestErrors {
  public static final ErrorCode CONNECTOR_NOT_FOUND =
      ErrorCode.of("ING-001", "CONNECTOR_NOT_FOUND", ErrorKind.CALLER);
  public static final ErrorCode STREAM_HELD =
      ErrorCode.of("ING-002", "STREAM_HELD_BY_ANOTHER_RUN", ErrorKind.CONFLICT);
  public static final ErrorCode KEY_MISSING =
      ErrorCode.of("ING-003", "ROW_WITHOUT_KEY", ErrorKind.UPSTREAM);
  public static final ErrorCode DATABASE =
      ErrorCode.of("ING-004", "BRONZE_NOT_WRITABLE", ErrorKind.UPSTREAM);
  public static final ErrorCode MASS_DELETE =
      ErrorCode.of("ING-005", "TOO_MANY_ROWS_GONE", ErrorKind.CONFLICT);
  public static final ErrorCode DEFINITION =
      ErrorCode.of("ING-006", "WRONG_CONNECTOR_FILE", ErrorKind.CALLER);
  public static final ErrorCode CONNECTOR_FAULT =
      ErrorCode.of("ING-007", "CONNECTOR_FAILED", ErrorKind.DEFECT);
  public static final ErrorCode KEY_CHANGED =
      ErrorCode.of("ING-008", "KEY_CHANGED", ErrorKind.CONFLICT);
  public static final ErrorCode SOME_STREAMS_FAILED =
      ErrorCode.of("ING-009", "SOME_STREAMS_FAILED", ErrorKind.UPSTREAM);
  public static final ErrorCode DRIFT =
      ErrorCode.of("ING-010", "SOURCE_BREAKS_ITS_CONTRACT", ErrorKind.CONFLICT);
  public static final ErrorCode NOT_UNDOABLE =
      ErrorCode.of("ING-011", "RUN_CANNOT_BE_UNDONE", ErrorKind.CONFLICT);
  public static final ErrorCode RUN_NOT_FOUND =
      ErrorCode.of("ING-012", "RUN_NOT_FOUND", ErrorKind.CALLER);
  public static final ErrorCode PUSH_REFUSED =
      ErrorCode.of("ING-013", "DELIVERY_REFUSED", ErrorKind.CALLER);
  public static final ErrorCode PUSH_UNSIGNED =
      ErrorCode.of("ING-014", "DELIVERY_NOT_SIGNED", ErrorKind.IDENTITY);
  public static final ErrorCode INTAKE_PAUSED =
      ErrorCode.of("ING-015", "INTAKE_PAUSED", ErrorKind.CAPACITY);

  private IngestErrors() {}
}
