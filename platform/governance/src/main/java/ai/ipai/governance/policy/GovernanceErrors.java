package ai.ipai.governance.policy;

import static ai.ipai.spi.error.ErrorKind.CALLER;
import static ai.ipai.spi.error.ErrorKind.CONFLICT;
import static ai.ipai.spi.error.ErrorKind.DEFECT;
import static ai.ipai.spi.error.ErrorKind.DENIED;

import ai.ipai.spi.error.ErrorCode;

/** What can go wrong with policies and with what they protect. Append-only. */
public final class GovernanceErrors {
  public static final ErrorCode POLICIES_AT_FAULT =
      ErrorCode.of("GOV-001", "POLICIES_AT_FAULT", CALLER);
  public static final ErrorCode UNKNOWN_PRINCIPAL =
      ErrorCode.of("GOV-002", "UNKNOWN_PRINCIPAL", CALLER);
  public static final ErrorCode UNKNOWN_OBJECT = ErrorCode.of("GOV-003", "UNKNOWN_OBJECT", CALLER);
  public static final ErrorCode UNKNOWN_COLUMN = ErrorCode.of("GOV-004", "UNKNOWN_COLUMN", CALLER);
  public static final ErrorCode BAD_PATTERN = ErrorCode.of("GOV-005", "BAD_PATTERN", CALLER);
  public static final ErrorCode BAD_EXPRESSION = ErrorCode.of("GOV-006", "BAD_EXPRESSION", CALLER);
  public static final ErrorCode DUPLICATE_RULE = ErrorCode.of("GOV-007", "DUPLICATE_RULE", CALLER);
  public static final ErrorCode CONTRADICTION = ErrorCode.of("GOV-008", "CONTRADICTION", CALLER);
  public static final ErrorCode MASK_DOES_NOT_FIT =
      ErrorCode.of("GOV-009", "MASK_DOES_NOT_FIT", CALLER);
  public static final ErrorCode MATCHES_NOTHING =
      ErrorCode.of("GOV-010", "MATCHES_NOTHING", CALLER);
  public static final ErrorCode SOURCE_NOT_GRANTED =
      ErrorCode.of("GOV-011", "SOURCE_NOT_GRANTED", CALLER);

  public static final ErrorCode SOURCE_MISSING = ErrorCode.of("GOV-020", "SOURCE_MISSING", CALLER);
  public static final ErrorCode SOURCE_UNSAFE = ErrorCode.of("GOV-021", "SOURCE_UNSAFE", DENIED);
  public static final ErrorCode NOT_PUBLISHED = ErrorCode.of("GOV-022", "NOT_PUBLISHED", CALLER);
  public static final ErrorCode NOT_OURS = ErrorCode.of("GOV-023", "NOT_OURS", CONFLICT);
  public static final ErrorCode POLICY_DEPENDS =
      ErrorCode.of("GOV-024", "POLICY_DEPENDS_ON_OLD_VERSION", CONFLICT);
  public static final ErrorCode UNSAFE_EXPRESSION =
      ErrorCode.of("GOV-025", "UNSAFE_EXPRESSION", CALLER);

  public static final ErrorCode UNKNOWN_CALLER = ErrorCode.of("GOV-030", "UNKNOWN_CALLER", CALLER);
  public static final ErrorCode UNPROTECTED = ErrorCode.of("GOV-031", "UNPROTECTED", DEFECT);

  private GovernanceErrors() {}
}
