package ai.ipai.postgres;

import ai.ipai.spi.cell.CellErrors;
import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.ErrorKind;

/** Every code of this room. Append only; docs/reference/database.md explains each with its cure. */
public final class PostgresErrors {
  public static final ErrorCode UNREACHABLE = code(1, "UNREACHABLE", ErrorKind.CAPACITY);
  public static final ErrorCode WRONG_PASSWORD = code(2, "WRONG_PASSWORD", ErrorKind.UPSTREAM);
  public static final ErrorCode NO_SUCH_DATABASE = code(3, "NO_SUCH_DATABASE", ErrorKind.UPSTREAM);
  public static final ErrorCode SERVER_TOO_OLD = code(4, "SERVER_TOO_OLD", ErrorKind.UPSTREAM);
  public static final ErrorCode SERVER_TOO_NEW = code(5, "SERVER_TOO_NEW", ErrorKind.UPSTREAM);
  public static final ErrorCode BAD_URL = code(6, "BAD_URL", ErrorKind.CALLER);
  public static final ErrorCode CONNECTION_CUT = code(7, "CONNECTION_CUT", ErrorKind.CAPACITY);
  public static final ErrorCode POOL_EXHAUSTED = code(8, "POOL_EXHAUSTED", ErrorKind.CAPACITY);
  public static final ErrorCode DISK_FULL = code(9, "DISK_FULL", ErrorKind.CAPACITY);
  public static final ErrorCode STATEMENT_TIMEOUT =
      code(10, "STATEMENT_TIMEOUT", ErrorKind.CAPACITY);
  public static final ErrorCode TOO_MANY_CONNECTIONS =
      code(11, "TOO_MANY_CONNECTIONS", ErrorKind.CAPACITY);
  public static final ErrorCode LOGIN_REFUSED = code(12, "LOGIN_REFUSED", ErrorKind.UPSTREAM);
  public static final ErrorCode STATEMENT_FAILED = code(13, "STATEMENT_FAILED", ErrorKind.DEFECT);
  public static final ErrorCode SERIALIZATION = code(14, "SERIALIZATION", ErrorKind.CONFLICT);
  public static final ErrorCode READ_ONLY_SERVER = code(15, "READ_ONLY_SERVER", ErrorKind.CAPACITY);
  public static final ErrorCode OUT_OF_MEMORY = code(16, "OUT_OF_MEMORY", ErrorKind.CAPACITY);

  public static final ErrorCode STATEMENT_CANCELLED =
      code(17, "STATEMENT_CANCELLED", ErrorKind.CONFLICT);
  public static final ErrorCode LOCK_TIMEOUT = code(18, "LOCK_TIMEOUT", ErrorKind.CONFLICT);
  public static final ErrorCode DISK_NEARLY_FULL = code(19, "DISK_NEARLY_FULL", ErrorKind.CAPACITY);

  public static final ErrorCode DATA_DIR_IN_USE = code(20, "DATA_DIR_IN_USE", ErrorKind.CONFLICT);
  public static final ErrorCode PORT_TAKEN = code(21, "PORT_TAKEN", ErrorKind.CONFLICT);
  public static final ErrorCode START_FAILED = code(22, "START_FAILED", ErrorKind.UPSTREAM);
  public static final ErrorCode OTHER_MAJOR_VERSION =
      code(23, "OTHER_MAJOR_VERSION", ErrorKind.CALLER);
  public static final ErrorCode DATA_DIR_UNUSABLE = code(24, "DATA_DIR_UNUSABLE", ErrorKind.CALLER);
  public static final ErrorCode NO_BINARIES = code(25, "NO_BINARIES", ErrorKind.CALLER);
  public static final ErrorCode CREDENTIALS_LOST = code(26, "CREDENTIALS_LOST", ErrorKind.CALLER);
  public static final ErrorCode STOP_FAILED = code(27, "STOP_FAILED", ErrorKind.UPSTREAM);

  public static final ErrorCode MASTER_KEY_INVALID =
      code(30, "MASTER_KEY_INVALID", ErrorKind.CALLER);
  public static final ErrorCode MASTER_KEY_EXPOSED =
      code(31, "MASTER_KEY_EXPOSED", ErrorKind.CALLER);
  public static final ErrorCode LOGIN_TOO_STRONG = code(32, "LOGIN_TOO_STRONG", ErrorKind.DENIED);

  public static final ErrorCode ROLE_NOT_ALLOWED = code(40, "ROLE_NOT_ALLOWED", ErrorKind.DENIED);
  public static final ErrorCode TRANSACTION_ESCAPE =
      code(41, "TRANSACTION_ESCAPE", ErrorKind.DEFECT);
  public static final ErrorCode TRANSACTION_FAILED =
      code(42, "TRANSACTION_FAILED", ErrorKind.DEFECT);
  public static final ErrorCode RESULT_TOO_LARGE = code(43, "RESULT_TOO_LARGE", ErrorKind.CALLER);

  public static final ErrorCode MIGRATION_FAILED = code(50, "MIGRATION_FAILED", ErrorKind.UPSTREAM);
  public static final ErrorCode MIGRATION_UNKNOWN =
      code(51, "MIGRATION_UNKNOWN", ErrorKind.CONFLICT);
  public static final ErrorCode MIGRATION_SYNTAX = code(52, "MIGRATION_SYNTAX", ErrorKind.CALLER);
  public static final ErrorCode MIGRATION_DUPLICATE =
      code(53, "MIGRATION_DUPLICATE", ErrorKind.CALLER);
  public static final ErrorCode MIGRATION_BUSY = code(54, "MIGRATION_BUSY", ErrorKind.CONFLICT);
  public static final ErrorCode NOT_INSTALLED = code(55, "NOT_INSTALLED", ErrorKind.CALLER);
  public static final ErrorCode INSTALLER_TOO_WEAK =
      code(56, "INSTALLER_TOO_WEAK", ErrorKind.DENIED);

  public static final ErrorCode COPY_FAILED = code(60, "COPY_FAILED", ErrorKind.UPSTREAM);
  public static final ErrorCode COPY_VALUE = CellErrors.UNSTORABLE;

  private PostgresErrors() {}

  private static ErrorCode code(int number, String name, ErrorKind kind) {
    return ErrorCode.of(String.format(java.util.Locale.ROOT, "PG-%03d", number), name, kind);
  }
}
