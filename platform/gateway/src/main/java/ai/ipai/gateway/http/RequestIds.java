package ai.ipai.gateway.http;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names requests: what the client or its trace says if it is harmless, else a new random name. */
final class RequestIds {
  private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.:-]{7,63}");

  /** W3C Trace Context, version 00 (and later versions, read as 00). */
  private static final Pattern TRACE_PARENT =
      Pattern.compile(
          "(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?");

  private final SecureRandom random = new SecureRandom();

  String choose(@Nullable String requestId, @Nullable String traceParent) {
    if (requestId != null && HARMLESS.matcher(requestId).matches()) {
      return requestId;
    }
    return traceId(traceParent).orElseGet(this::fresh);
  }

  static Optional<String> traceId(@Nullable String traceParent) {
    if (traceParent == null) {
      return Optional.empty();
    }
    Matcher matcher = TRACE_PARENT.matcher(traceParent);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private String fresh() {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
