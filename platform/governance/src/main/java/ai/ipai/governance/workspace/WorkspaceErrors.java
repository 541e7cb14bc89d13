package ai.ipai.governance.workspace;

import static ai.ipai.spi.error.ErrorKind.CALLER;
import static ai.ipai.spi.error.ErrorKind.CONFLICT;
import static ai.ipai.spi.error.ErrorKind.UPSTREAM;

import ai.ipai.spi.error.ErrorCode;

/** What can be wrong with a workspace; what can be wrong with any YAML file is WSP-001 to 019. */
public final class WorkspaceErrors {
  /** The summary: several of the others. */
  public static final ErrorCode INVALID = ErrorCode.of("WSP-020", "WORKSPACE_INVALID", CALLER);

  public static final ErrorCode NOT_FOUND = ErrorCode.of("WSP-021", "WORKSPACE_NOT_FOUND", CALLER);
  public static final ErrorCode SCHEMA = ErrorCode.of("WSP-022", "SCHEMA", CALLER);
  public static final ErrorCode DUPLICATE_NAME = ErrorCode.of("WSP-023", "DUPLICATE_NAME", CALLER);
  public static final ErrorCode UNKNOWN_REFERENCE =
      ErrorCode.of("WSP-024", "UNKNOWN_REFERENCE", CALLER);
  public static final ErrorCode CYCLE = ErrorCode.of("WSP-025", "CYCLE", CALLER);
  public static final ErrorCode SECRET_IN_FILE = ErrorCode.of("WSP-026", "SECRET_IN_FILE", CALLER);
  public static final ErrorCode MISSING_SECRET = ErrorCode.of("WSP-027", "MISSING_SECRET", CALLER);
  public static final ErrorCode STRAY_FILE = ErrorCode.of("WSP-028", "STRAY_FILE", CALLER);
  public static final ErrorCode EXISTS = ErrorCode.of("WSP-029", "ALREADY_EXISTS", CALLER);

  public static final ErrorCode PLAN_OUTDATED = ErrorCode.of("WSP-040", "PLAN_OUTDATED", CONFLICT);
  public static final ErrorCode PLAN_UNREADABLE =
      ErrorCode.of("WSP-041", "PLAN_UNREADABLE", CALLER);
  public static final ErrorCode OWNED_ELSEWHERE =
      ErrorCode.of("WSP-042", "OWNED_BY_ANOTHER_WORKSPACE", CONFLICT);
  public static final ErrorCode APPLY_FAILED = ErrorCode.of("WSP-043", "APPLY_FAILED", UPSTREAM);
  public static final ErrorCode LEFT_BEHIND = ErrorCode.of("WSP-044", "LEFT_BEHIND", CALLER);

  private WorkspaceErrors() {}
}
