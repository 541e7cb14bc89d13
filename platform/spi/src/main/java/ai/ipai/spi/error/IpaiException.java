package ai.ipai.spi.error;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one exception that crosses rooms. Its message never holds row values, bind values or secrets;
 * its facts name what was looked at (a file, a line, a table), its hint says what to do next.
 */
public final class IpaiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient ErrorCode code;
  private final transient Map<String, String> facts = new LinkedHashMap<>();
  private String hint = "";

  public IpaiException(ErrorCode code, String message) {
    this(code, message, null);
  }

  public IpaiException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** Adds what a reader needs to find the place: {@code file}, {@code line}, {@code table}. */
  public IpaiException fact(String name, Object value) {
    facts.put(name, String.valueOf(value));
    return this;
  }

  /** Says what to do next: a command to type, a key to change. */
  public IpaiException hint(String text) {
    hint = text;
    return this;
  }

  public ErrorCode code() {
    return code;
  }

  public ErrorKind kind() {
    return code.kind();
  }

  /** In the order in which they were added. */
  public Map<String, String> facts() {
    return Collections.unmodifiableMap(facts);
  }

  /** Empty where there is nothing to advise. */
  public String hint() {
    return hint;
  }
}
