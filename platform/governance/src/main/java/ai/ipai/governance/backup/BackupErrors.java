package ai.ipai.governance.backup;

import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.ErrorKind;
import java.util.Locale;

/** Every code of backup and restore. Append only; docs/reference/backup.md explains each. */
public final class BackupErrors {
  /** The database is not ours to copy: its host backs it up. */
  public static final ErrorCode NOT_EMBEDDED = code(1, "NOT_EMBEDDED", ErrorKind.CALLER);

  public static final ErrorCode TARGET_EXISTS = code(2, "BACKUP_EXISTS", ErrorKind.CALLER);
  public static final ErrorCode WRITE_FAILED = code(3, "BACKUP_NOT_WRITTEN", ErrorKind.CAPACITY);
  public static final ErrorCode DATABASE_FAILED =
      code(4, "BACKUP_DATABASE_FAILED", ErrorKind.UPSTREAM);
  public static final ErrorCode WAL_GONE = code(5, "WAL_GONE", ErrorKind.CAPACITY);
  public static final ErrorCode TABLESPACES = code(6, "TABLESPACES_UNSUPPORTED", ErrorKind.CALLER);
  public static final ErrorCode NOT_EMPTY = code(10, "DATA_DIR_NOT_EMPTY", ErrorKind.CALLER);
  public static final ErrorCode DAMAGED = code(11, "BACKUP_DAMAGED", ErrorKind.CALLER);
  public static final ErrorCode OTHER_KEY = code(12, "BACKUP_OF_ANOTHER_KEY", ErrorKind.CALLER);
  public static final ErrorCode UNKNOWN_FORMAT =
      code(13, "BACKUP_FORMAT_UNKNOWN", ErrorKind.CALLER);
  public static final ErrorCode RESTORE_FAILED = code(14, "RESTORE_FAILED", ErrorKind.CAPACITY);

  /** The archive holds no log that continues the backup. */
  public static final ErrorCode ARCHIVE_GAP = code(15, "ARCHIVE_INCOMPLETE", ErrorKind.CALLER);

  /** The moment lies before the end of the backup or after the end of the archive. */
  public static final ErrorCode TARGET_UNREACHABLE =
      code(16, "MOMENT_UNREACHABLE", ErrorKind.CALLER);

  /** Somebody else wrote it, or put it under another name. */
  public static final ErrorCode ARCHIVE_CHANGED = code(17, "ARCHIVE_CHANGED", ErrorKind.CALLER);

  private BackupErrors() {}

  private static ErrorCode code(int number, String name, ErrorKind kind) {
    return ErrorCode.of(String.format(Locale.ROOT, "BAK-%03d", number), name, kind);
  }
}
