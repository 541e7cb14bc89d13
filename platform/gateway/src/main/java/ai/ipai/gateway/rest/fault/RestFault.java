package ai.ipai.gateway.rest.fault;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A failure as PostgREST tells it. Stays in this package: the handler makes an answer of it. */
public final class RestFault extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;
  private final String code;
  private final transient @Nullable Object details;
  private final @Nullable String hint;
  private @Nullable Throwable reason;
  private final transient Map<String, String> headers = new LinkedHashMap<>();

  /**
   * One of them.
   *
   * @param details a text, or a structure that is written as JSON
   */
  public RestFault(
      int status, String code, String message, @Nullable Object details, @Nullable String hint) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.details = details;
    this.hint = hint;
  }

  public RestFault header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  public RestFault because(Throwable cause) {
    reason = cause;
    return this;
  }

  @Override
  public synchronized @Nullable Throwable getCause() {
    return reason;
  }

  /**
   * What PostgreSQL says of objects that a caller may not know: which privilege lacks on what, and
   * which name it may have meant.
   */
  public RestFault withoutNames() {
    String message = String.valueOf(getMessage());
    boolean isPrivilege = code.equals("42501") && message.startsWith("permission denied");
    boolean hints = Set.of("42501", "42703", "42P01", "42883").contains(code);
    if (!isPrivilege && !hints) {
      return this;
    }
    RestFault plain =
        new RestFault(status, code, isPrivilege ? "permission denied" : message, null, null);
    headers.forEach(plain::header);
    plain.reason = reason;
    return plain;
  }

  public int status() {
    return status;
  }

  public String code() {
    return code;
  }

  public Map<String, String> headers() {
    return headers;
  }

  /** The body without details and hint. */
  public Map<String, @Nullable Object> briefBody() {
    Map<String, @Nullable Object> body = body();
    body.keySet().retainAll(Set.of("code", "message"));
    return body;
  }

  /** The body, its names in alphabetical order. */
  public Map<String, @Nullable Object> body() {
    Map<String, @Nullable Object> body = new TreeMap<>();
    body.put("code", code);
    body.put("message", getMessage());
    body.put("details", details);
    body.put("hint", hint);
    return body;
  }
}
