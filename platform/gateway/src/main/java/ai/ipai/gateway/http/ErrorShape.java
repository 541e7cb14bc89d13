package ai.ipai.gateway.http;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.IpaiException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a failure is told: clients of Supabase Auth parse its own shape, others problem JSON. */
public enum ErrorShape {
  /** RFC 9457. */
  PROBLEM {
    @Override
    Answer render(IpaiException failure, int status, String requestId) {
      Map<String, Object> problem = new LinkedHashMap<>();
      problem.put("type", "urn:ipai:error:" + failure.code().id());
      problem.put("title", title(failure.code()));
      problem.put("status", status);
      problem.put("detail", failure.getMessage());
      problem.put("code", failure.code().id());
      problem.put("requestId", requestId);
      if (!failure.hint().isEmpty()) {
        problem.put("hint", failure.hint());
      }
      if (!failure.facts().isEmpty()) {
        problem.put("facts", failure.facts());
      }
      return Answer.of(status, "application/problem+json", Json.bytes(problem));
    }
  },
  /** Supabase Auth's: {@code code}, {@code error_code}, {@code msg}. */
  AUTH {
    @Override
    Answer render(IpaiException failure, int status, String requestId) {
      Map<String, Object> error = new LinkedHashMap<>();
      error.put("code", status);
      String known = AUTH_CODES.getOrDefault(failure.code().id(), "unexpected_failure");
      error.put("error_code", failure.facts().getOrDefault("authCode", known));
      error.put("msg", failure.getMessage());
      if (failure.facts().containsKey("weakness")) {
        error.put(
            "weak_password",
            Map.of("reasons", List.of(failure.facts().getOrDefault("weakness", ""))));
      }
      return Answer.of(status, Answer.JSON, Json.bytes(error));
    }
  },
  /** PostgREST's: {@code code}, {@code details}, {@code hint}, {@code message}. */
  REST {
    @Override
    Answer render(IpaiException failure, int status, String requestId) {
      Map<String, @Nullable Object> error = new LinkedHashMap<>();
      error.put("code", REST_CODES.getOrDefault(failure.code().id(), failure.code().id()));
      error.put("details", null);
      error.put("hint", failure.hint().isEmpty() ? null : failure.hint());
      error.put("message", failure.getMessage());
      return Answer.of(status, Answer.JSON, Json.bytes(error));
    }
  };

  private static final Map<String, String> REST_CODES =
      Map.of(
          GatewayErrors.TOKEN_INVALID.id(), "PGRST301",
          GatewayErrors.TOKEN_MISSING.id(), "PGRST302");

  private static final Map<String, String> AUTH_CODES =
      Map.of(
          GatewayErrors.SIGN_IN_REFUSED.id(), "invalid_credentials",
          GatewayErrors.SIGN_IN_THROTTLED.id(), "over_request_rate_limit",
          GatewayErrors.TOKEN_MISSING.id(), "no_authorization",
          GatewayErrors.TOKEN_INVALID.id(), "bad_jwt",
          GatewayErrors.BODY_INVALID.id(), "bad_json",
          GatewayErrors.PARAMETER_INVALID.id(), "validation_failed",
          GatewayErrors.OVERLOADED.id(), "request_timeout",
          GatewayErrors.ROLE_MISSING.id(), "not_admin");

  /** Where HTTP has a finer word than the kind of the failure. */
  private static final Map<String, Integer> STATUS =
      Map.of(
          GatewayErrors.NOT_FOUND.id(), 404,
          GatewayErrors.METHOD_NOT_ALLOWED.id(), 405,
          GatewayErrors.TOO_LARGE.id(), 413,
          GatewayErrors.SIGN_IN_THROTTLED.id(), 429,
          GatewayErrors.SIGN_IN_REFUSED.id(), 400,
          GatewayErrors.SIGN_IN_ELSEWHERE.id(), 404,
          GatewayErrors.ACCOUNT_REFUSED.id(), 422,
          GatewayErrors.ACCOUNT_NOT_FOUND.id(), 404);

  abstract Answer render(IpaiException failure, int status, String requestId);

  /** The failure as an answer; capacity failures say when to come back. */
  Answer answer(IpaiException failure, String requestId) {
    int status = status(failure);
    Answer answer = render(failure, status, requestId).with("Cache-Control", "no-store");
    if (status == 401) {
      return answer.with("WWW-Authenticate", "Bearer");
    }
    if (status == 503 || status == 429) {
      return answer.with("Retry-After", failure.facts().getOrDefault("retryAfterSeconds", "1"));
    }
    return answer;
  }

  /** The status of HTTP that tells a failure best. */
  public static int status(IpaiException failure) {
    return STATUS.getOrDefault(failure.code().id(), failure.kind().httpStatus());
  }

  /** How failures below a path are told where no route is known. */
  static ErrorShape of(@Nullable String path) {
    if (path != null && path.startsWith("/auth/v1/")) {
      return AUTH;
    }
    return path != null && path.startsWith("/rest/v1/") ? REST : PROBLEM;
  }

  private static String title(ErrorCode code) {
    String words = code.name().replace('_', ' ').toLowerCase(Locale.ROOT);
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }

  /** Names of the shapes, for the description. */
  static List<ErrorShape> all() {
    return List.of(values());
  }
}
