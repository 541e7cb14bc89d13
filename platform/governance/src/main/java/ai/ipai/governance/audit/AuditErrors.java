package ai.ipai.governance.audit;

import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.ErrorKind;
import java.util.Locale;

/**
 * Every code of the audit log. Append only; docs/reference/audit.md explains each with its cure.
 */
public final class AuditErrors {
  /** The record could not be made durable, so the governed action must fail. */
  public static final ErrorCode UNWRITABLE = code(1, "AUDIT_UNWRITABLE", ErrorKind.CAPACITY);

  /** More reads wait for their record than the queue holds. */
  public static final ErrorCode QUEUE_FULL = code(2, "AUDIT_QUEUE_FULL", ErrorKind.CAPACITY);

  /** The record was not durable in time. */
  public static final ErrorCode TIMED_OUT = code(3, "AUDIT_TIMED_OUT", ErrorKind.CAPACITY);

  public static final ErrorCode CLOSED = code(4, "AUDIT_CLOSED", ErrorKind.CAPACITY);
  public static final ErrorCode UNREADABLE = code(5, "AUDIT_UNREADABLE", ErrorKind.UPSTREAM);
  public static final ErrorCode SEALING_FAILED = code(6, "SEALING_FAILED", ErrorKind.UPSTREAM);

  /** The database does not hold what was anchored outside. */
  public static final ErrorCode CHAIN_MISMATCH =
      code(7, "AUDIT_CHAIN_MISMATCH", ErrorKind.CONFLICT);

  public static final ErrorCode BAD_QUERY = code(10, "BAD_AUDIT_QUERY", ErrorKind.CALLER);
  public static final ErrorCode CHECKPOINT_UNREADABLE =
      code(20, "CHECKPOINT_UNREADABLE", ErrorKind.CALLER);
  public static final ErrorCode CHECKPOINT_STORE_FAILED =
      code(21, "CHECKPOINT_STORE_FAILED", ErrorKind.UPSTREAM);
  public static final ErrorCode EXPORT_UNREADABLE = code(22, "EXPORT_UNREADABLE", ErrorKind.CALLER);
  public static final ErrorCode BAD_PUBLIC_KEY = code(23, "BAD_PUBLIC_KEY", ErrorKind.CALLER);

  private AuditErrors() {}

  private static ErrorCode code(int number, String name, ErrorKind kind) {
    return ErrorCode.of(String.format(Locale.ROOT, "AUD-%03d", number), name, kind);
  }
}
