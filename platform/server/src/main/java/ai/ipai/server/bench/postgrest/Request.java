package ai.ipai.server.bench.postgrest;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A request of a spec.
 *
 * @param target path and query, as the spec writes them
 */
@SuppressWarnings("ArrayRecordComponent")
record Request(String method, String target, List<Header> headers, byte[] body) {
  Request {
    headers = List.copyOf(headers);
  }

  /** The target as it may stand in a request line: what may not is percent-encoded, no more. */
  String encodedTarget() {
    String path = target.startsWith("/") ? target : "/" + target;
    StringBuilder encoded = new StringBuilder();
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      int c = bytes[i] & 0xff;
      boolean strayPercent = c == '%' && !(isHex(bytes, i + 1) && isHex(bytes, i + 2));
      if (c <= ' ' || c >= 0x7f || "\"<>\\^`{|}#".indexOf(c) >= 0 || strayPercent) {
        encoded.append('%');
        encoded.append(Character.toUpperCase(Character.forDigit(c >> 4, 16)));
        encoded.append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
      } else {
        encoded.append((char) c);
      }
    }
    return encoded.toString();
  }

  private static boolean isHex(byte[] bytes, int index) {
    return index < bytes.length && Character.digit(bytes[index], 16) >= 0;
  }

  String text() {
    String head =
        method
            + " "
            + target
            + headers.stream().map(header -> "\n" + header).collect(Collectors.joining());
    return body.length == 0 ? head : head + "\n\n" + new String(body, StandardCharsets.UTF_8);
  }
}
