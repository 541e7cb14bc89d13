package ai.ipai.server.bench.postgrest;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** What a server answered. */
@SuppressWarnings("ArrayRecordComponent")
record Response(int status, List<Header> headers, byte[] body) {
  Response {
    headers = List.copyOf(headers);
  }

  String text() {
    return status
        + headers.stream().map(header -> "\n" + header).collect(Collectors.joining())
        + "\n\n"
        + new String(body, StandardCharsets.UTF_8);
  }
}
