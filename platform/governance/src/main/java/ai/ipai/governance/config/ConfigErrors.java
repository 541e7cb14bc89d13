package ai.ipai.governance.config;

import static ai.ipai.spi.error.ErrorKind.CALLER;

import ai.ipai.spi.error.ErrorCode;

/** What can be wrong with the configuration. */
public final class ConfigErrors {
  /** The summary: several of the others. */
  public static final ErrorCode INVALID = ErrorCode.of("CFG-001", "CONFIGURATION_INVALID", CALLER);

  public static final ErrorCode UNKNOWN = ErrorCode.of("CFG-002", "UNKNOWN_SETTING", CALLER);
  public static final ErrorCode VALUE = ErrorCode.of("CFG-003", "INVALID_SETTING", CALLER);
  public static final ErrorCode SECRET_IN_FILE = ErrorCode.of("CFG-004", "SECRET_IN_FILE", CALLER);
  public static final ErrorCode TARGET = ErrorCode.of("CFG-005", "UNKNOWN_TARGET", CALLER);
  public static final ErrorCode CONTRADICTION = ErrorCode.of("CFG-006", "CONTRADICTION", CALLER);

  private ConfigErrors() {}
}
