package ai.ipai.governance.vault;

import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.ErrorKind;
import java.util.Locale;

/** Every code of the vault. Append only; docs/reference/vault.md explains each with its cure. */
public final class VaultErrors {
  public static final ErrorCode BAD_REFERENCE = code(1, "BAD_SECRET_REFERENCE", ErrorKind.CALLER);

  /** No such secret, or none for this user: from outside both look the same. */
  public static final ErrorCode NOT_AVAILABLE = code(2, "SECRET_NOT_AVAILABLE", ErrorKind.DENIED);

  /** The actor's roles do not allow to change secrets in this way. */
  public static final ErrorCode NOT_ALLOWED =
      code(3, "SECRET_CHANGE_NOT_ALLOWED", ErrorKind.DENIED);

  public static final ErrorCode ALREADY_EXISTS = code(4, "SECRET_EXISTS", ErrorKind.CONFLICT);
  public static final ErrorCode NO_SUCH_SECRET = code(5, "NO_SUCH_SECRET", ErrorKind.CALLER);
  public static final ErrorCode BAD_VALUE = code(6, "BAD_SECRET_VALUE", ErrorKind.CALLER);
  public static final ErrorCode BAD_GRANT = code(7, "BAD_SECRET_GRANT", ErrorKind.CALLER);

  /** A value does not decrypt under its name and version: swapped, damaged, or another key. */
  public static final ErrorCode UNREADABLE = code(10, "SECRET_UNREADABLE", ErrorKind.DEFECT);

  /** The database holds an older state than the one last seen. */
  public static final ErrorCode ROLLED_BACK = code(11, "SECRETS_ROLLED_BACK", ErrorKind.CONFLICT);

  /** The master key is not the one that the secrets were written with. */
  public static final ErrorCode WRONG_MASTER_KEY = code(12, "WRONG_MASTER_KEY", ErrorKind.CALLER);

  public static final ErrorCode DATABASE_FAILED =
      code(13, "VAULT_DATABASE_FAILED", ErrorKind.UPSTREAM);

  /** The database would write the value into its own log. */
  public static final ErrorCode LOG_WOULD_LEAK = code(14, "LOG_WOULD_LEAK", ErrorKind.CALLER);

  public static final ErrorCode WATERMARK_UNREADABLE =
      code(15, "WATERMARK_UNREADABLE", ErrorKind.CALLER);

  /** Its value went with a lost master key; name and grants are kept. */
  public static final ErrorCode LOST = code(16, "SECRET_LOST", ErrorKind.CONFLICT);

  /** A reset gives up what cannot be read; here everything can. */
  public static final ErrorCode NOTHING_LOST = code(17, "NO_SECRET_LOST", ErrorKind.CONFLICT);

  /** The change is committed; only the file that remembers it is behind. */
  public static final ErrorCode WATERMARK_NOT_WRITTEN =
      code(18, "WATERMARK_NOT_WRITTEN", ErrorKind.DEFECT);

  private VaultErrors() {}

  private static ErrorCode code(int number, String name, ErrorKind kind) {
    return ErrorCode.of(String.format(Locale.ROOT, "VLT-%03d", number), name, kind);
  }
}
