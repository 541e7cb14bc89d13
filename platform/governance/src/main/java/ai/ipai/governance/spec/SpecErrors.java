package ai.ipai.governance.spec;

import static ai.ipai.spi.error.ErrorKind.CALLER;

import ai.ipai.spi.error.ErrorCode;

/** What can be wrong with spec kits and decision records. */
public final class SpecErrors {
  public static final ErrorCode MISSING_FILE = ErrorCode.of("SPC-001", "MISSING_FILE", CALLER);
  public static final ErrorCode MISSING_SECTION =
      ErrorCode.of("SPC-002", "MISSING_SECTION", CALLER);
  public static final ErrorCode REQUIREMENT_FORM =
      ErrorCode.of("SPC-003", "REQUIREMENT_FORM", CALLER);
  public static final ErrorCode DUPLICATE_REQUIREMENT =
      ErrorCode.of("SPC-004", "DUPLICATE_REQUIREMENT", CALLER);
  public static final ErrorCode TASK_FORM = ErrorCode.of("SPC-005", "TASK_FORM", CALLER);
  public static final ErrorCode DUPLICATE_TASK = ErrorCode.of("SPC-006", "DUPLICATE_TASK", CALLER);
  public static final ErrorCode UNKNOWN_REQUIREMENT =
      ErrorCode.of("SPC-007", "UNKNOWN_REQUIREMENT", CALLER);
  public static final ErrorCode TASK_WITHOUT_REQUIREMENT =
      ErrorCode.of("SPC-008", "TASK_WITHOUT_REQUIREMENT", CALLER);
  public static final ErrorCode REQUIREMENT_WITHOUT_TASK =
      ErrorCode.of("SPC-009", "REQUIREMENT_WITHOUT_TASK", CALLER);
  public static final ErrorCode UNKNOWN_TEST = ErrorCode.of("SPC-010", "UNKNOWN_TEST", CALLER);
  public static final ErrorCode DONE_WITH_OPEN_TASK =
      ErrorCode.of("SPC-011", "DONE_WITH_OPEN_TASK", CALLER);
  public static final ErrorCode DONE_WITHOUT_TEST =
      ErrorCode.of("SPC-012", "DONE_WITHOUT_TEST", CALLER);
  public static final ErrorCode TEST_WITHOUT_TAG =
      ErrorCode.of("SPC-013", "TEST_WITHOUT_TAG", CALLER);
  public static final ErrorCode PLATFORM_RULES =
      ErrorCode.of("SPC-014", "PLATFORM_CONSTITUTION_NOT_NAMED", CALLER);
  public static final ErrorCode DECISION_NAME = ErrorCode.of("SPC-020", "DECISION_NAME", CALLER);
  public static final ErrorCode DECISION_NUMBER =
      ErrorCode.of("SPC-021", "DECISION_NUMBER", CALLER);
  public static final ErrorCode DECISION_STATUS =
      ErrorCode.of("SPC-022", "DECISION_STATUS", CALLER);

  private SpecErrors() {}
}
