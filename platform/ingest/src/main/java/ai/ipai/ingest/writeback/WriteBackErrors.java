package ai.ipai.ingest.writeback;

import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.ErrorKind;

/** The failures of writing back. */
public final class WriteBackErrors {
  public static final ErrorCode JOB = ErrorCode.of("ING-030", "WRONG_JOB", ErrorKind.CALLER);
  public static final ErrorCode NOT_FOUND =
      ErrorCode.of("ING-031", "WRITE_BACK_NOT_FOUND", ErrorKind.CALLER);
  public static final ErrorCode NOT_APPROVED =
      ErrorCode.of("ING-032", "NOT_APPROVED", ErrorKind.DENIED);
  public static final ErrorCode APPROVER =
      ErrorCode.of("ING-033", "MAY_NOT_APPROVE", ErrorKind.DENIED);
  public static final ErrorCode HELD =
      ErrorCode.of("ING-034", "WRITE_BACK_UNDER_WAY", ErrorKind.CONFLICT);
  public static final ErrorCode STATE = ErrorCode.of("ING-035", "WRONG_STATE", ErrorKind.CONFLICT);
  public static final ErrorCode TARGET = ErrorCode.of("ING-036", "NOT_A_TARGET", ErrorKind.CALLER);

  private WriteBackErrors() {}
}
