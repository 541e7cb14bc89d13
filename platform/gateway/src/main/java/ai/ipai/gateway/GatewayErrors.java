package ai.ipai.gateway;

import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.ErrorKind;

/** What can go wrong between a request and the database. Append-only. */
public final class GatewayErrors {
  /** No token where one is needed. */
  public static final ErrorCode TOKEN_MISSING =
      ErrorCode.of("GW-001", "TOKEN_MISSING", ErrorKind.IDENTITY);

  /** A token that proves nothing: forged, stale, for somebody else. */
  public static final ErrorCode TOKEN_INVALID =
      ErrorCode.of("GW-002", "TOKEN_INVALID", ErrorKind.IDENTITY);

  /** The platform roles of the caller do not reach this far. */
  public static final ErrorCode ROLE_MISSING =
      ErrorCode.of("GW-003", "ROLE_MISSING", ErrorKind.DENIED);

  /** Absent or forbidden: from outside the two look the same. */
  public static final ErrorCode NOT_FOUND = ErrorCode.of("GW-004", "NOT_FOUND", ErrorKind.CALLER);

  /** A parameter that cannot be understood. */
  public static final ErrorCode PARAMETER_INVALID =
      ErrorCode.of("GW-005", "PARAMETER_INVALID", ErrorKind.CALLER);

  /** The body is not what the route expects. */
  public static final ErrorCode BODY_INVALID =
      ErrorCode.of("GW-006", "BODY_INVALID", ErrorKind.CALLER);

  /** Body, URL or headers above their limit. */
  public static final ErrorCode TOO_LARGE = ErrorCode.of("GW-007", "TOO_LARGE", ErrorKind.CALLER);

  /** The path exists, with another method. */
  public static final ErrorCode METHOD_NOT_ALLOWED =
      ErrorCode.of("GW-008", "METHOD_NOT_ALLOWED", ErrorKind.CALLER);

  /** More requests at once than the server takes. */
  public static final ErrorCode OVERLOADED =
      ErrorCode.of("GW-009", "OVERLOADED", ErrorKind.CAPACITY);

  /** The request did not arrive, or was not answered, in time. */
  public static final ErrorCode TOO_SLOW = ErrorCode.of("GW-010", "TOO_SLOW", ErrorKind.CAPACITY);

  /** Something that no one foresaw; the log has it under the request's id. */
  public static final ErrorCode UNEXPECTED = ErrorCode.of("GW-011", "UNEXPECTED", ErrorKind.DEFECT);

  /** Wrong e-mail or password, unknown account or refresh token: one answer for all. */
  public static final ErrorCode SIGN_IN_REFUSED =
      ErrorCode.of("GW-012", "SIGN_IN_REFUSED", ErrorKind.IDENTITY);

  /** Too many attempts on one account. */
  public static final ErrorCode SIGN_IN_THROTTLED =
      ErrorCode.of("GW-013", "SIGN_IN_THROTTLED", ErrorKind.CAPACITY);

  /** Tokens cannot be checked because the key set does not answer. */
  public static final ErrorCode KEYS_UNAVAILABLE =
      ErrorCode.of("GW-014", "KEYS_UNAVAILABLE", ErrorKind.UPSTREAM);

  /** Not one plain query. */
  public static final ErrorCode SQL_REFUSED =
      ErrorCode.of("GW-015", "SQL_REFUSED", ErrorKind.CALLER);

  /** The database refused the caller's statement. */
  public static final ErrorCode SQL_FAILED = ErrorCode.of("GW-016", "SQL_FAILED", ErrorKind.CALLER);

  /** No login of the database stands for this principal. */
  public static final ErrorCode PRINCIPAL_UNKNOWN =
      ErrorCode.of("GW-017", "PRINCIPAL_UNKNOWN", ErrorKind.CALLER);

  /** Sign-in belongs to another server, such as Supabase Auth. */
  public static final ErrorCode SIGN_IN_ELSEWHERE =
      ErrorCode.of("GW-018", "SIGN_IN_ELSEWHERE", ErrorKind.CALLER);

  /** The database does not answer. */
  public static final ErrorCode DATABASE_UNAVAILABLE =
      ErrorCode.of("GW-019", "DATABASE_UNAVAILABLE", ErrorKind.CAPACITY);

  /** Keys or issuer of the token check are wrong. */
  public static final ErrorCode TOKEN_SETTINGS_INVALID =
      ErrorCode.of("GW-020", "TOKEN_SETTINGS_INVALID", ErrorKind.CALLER);

  /** The planner expects more work than a caller's statement may take. */
  public static final ErrorCode SQL_TOO_COSTLY =
      ErrorCode.of("GW-021", "SQL_TOO_COSTLY", ErrorKind.CALLER);

  /** Grants or tables changed since the result was made; nobody gets rows by yesterday's right. */
  public static final ErrorCode SQL_RESULT_STALE =
      ErrorCode.of("GW-022", "SQL_RESULT_STALE", ErrorKind.CONFLICT);

  /** An account that cannot be made or changed so: the rules of sign-up, a name that is taken. */
  public static final ErrorCode ACCOUNT_REFUSED =
      ErrorCode.of("GW-030", "ACCOUNT_REFUSED", ErrorKind.CALLER);

  /** A proof that does not count: a link or code that is wrong, used or too old. */
  public static final ErrorCode PROOF_REFUSED =
      ErrorCode.of("GW-031", "PROOF_REFUSED", ErrorKind.DENIED);

  /** No such account, factor or flow. */
  public static final ErrorCode ACCOUNT_NOT_FOUND =
      ErrorCode.of("GW-032", "ACCOUNT_NOT_FOUND", ErrorKind.CALLER);

  /** The identity provider does not answer, or not as it should. */
  public static final ErrorCode PROVIDER_FAILED =
      ErrorCode.of("GW-033", "PROVIDER_FAILED", ErrorKind.UPSTREAM);

  private GatewayErrors() {}
}
