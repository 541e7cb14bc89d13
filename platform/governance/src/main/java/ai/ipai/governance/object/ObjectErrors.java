package ai.ipai.governance.object;

import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.ErrorKind;

/** Every code of object storage. Append only; docs/reference/object-storage.md explains each. */
public final class ObjectErrors {
  /** It does not answer, or answers with a fault of its own. */
  public static final ErrorCode UNAVAILABLE =
      ErrorCode.of("OBJ-001", "OBJECT_STORE_UNAVAILABLE", ErrorKind.UPSTREAM);

  /** It knows us not, or does not let us. */
  public static final ErrorCode REFUSED =
      ErrorCode.of("OBJ-002", "OBJECT_STORE_REFUSES", ErrorKind.UPSTREAM);

  /** There is no such bucket or folder. */
  public static final ErrorCode NO_BUCKET =
      ErrorCode.of("OBJ-003", "NO_SUCH_BUCKET", ErrorKind.CALLER);

  /** Settings are missing. */
  public static final ErrorCode NOT_CONFIGURED =
      ErrorCode.of("OBJ-004", "OBJECT_STORE_NOT_CONFIGURED", ErrorKind.CALLER);

  /** An object of the name holds something else, and none is ever replaced. */
  public static final ErrorCode CONFLICT =
      ErrorCode.of("OBJ-005", "OBJECT_EXISTS", ErrorKind.CONFLICT);

  private ObjectErrors() {}
}
