package ai.ipai.governance.yaml;

import static ai.ipai.spi.error.ErrorKind.CALLER;

import ai.ipai.spi.error.ErrorCode;

/** What can be wrong with a YAML file before anybody asks what it means: WSP-001 to WSP-019. */
public final class YamlErrors {
  public static final ErrorCode UNREADABLE = ErrorCode.of("WSP-001", "FILE_UNREADABLE", CALLER);
  public static final ErrorCode SYNTAX = ErrorCode.of("WSP-002", "YAML_SYNTAX", CALLER);
  public static final ErrorCode DUPLICATE_KEY = ErrorCode.of("WSP-003", "DUPLICATE_KEY", CALLER);
  public static final ErrorCode UNKNOWN_KEY = ErrorCode.of("WSP-004", "UNKNOWN_KEY", CALLER);
  public static final ErrorCode MISSING_KEY = ErrorCode.of("WSP-005", "MISSING_KEY", CALLER);
  public static final ErrorCode WRONG_TYPE = ErrorCode.of("WSP-006", "WRONG_TYPE", CALLER);
  public static final ErrorCode WRONG_VALUE = ErrorCode.of("WSP-007", "WRONG_VALUE", CALLER);
  public static final ErrorCode TOO_LARGE = ErrorCode.of("WSP-008", "YAML_TOO_LARGE", CALLER);
  public static final ErrorCode UNSUPPORTED = ErrorCode.of("WSP-009", "YAML_UNSUPPORTED", CALLER);

  private YamlErrors() {}
}
