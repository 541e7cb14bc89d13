package ai.ipai.server.bench.postgrest;

import ai.ipai.server.bench.haskell.Value;
import ai.ipai.server.bench.haskell.Values;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What specs use of {@code http-types}: methods, names of headers, statuses, byte ranges. */
final class HttpLibrary {
  private static final Map<String, String> HEADERS =
      Map.of(
          "hContentType", "Content-Type",
          "hContentLength", "Content-Length",
          "hLocation", "Location",
          "hAccept", "Accept",
          "hAuthorization", "Authorization",
          "hRange", "Range",
          "hContentRange", "Content-Range",
          "hOrigin", "Origin",
          "hVary", "Vary",
          "hAllow", "Allow");
  private static final Map<String, Integer> STATUSES =
      Map.ofEntries(
          Map.entry("ok", 200),
          Map.entry("created", 201),
          Map.entry("noContent", 204),
          Map.entry("partialContent", 206),
          Map.entry("badRequest", 400),
          Map.entry("unauthorized", 401),
          Map.entry("forbidden", 403),
          Map.entry("notFound", 404),
          Map.entry("methodNotAllowed", 405),
          Map.entry("notAcceptable", 406),
          Map.entry("conflict", 409),
          Map.entry("internalServerError", 500),
          Map.entry("serviceUnavailable", 503));

  private HttpLibrary() {}

  static void define(Library library) {
    for (String method : List.of("Get", "Head", "Post", "Put", "Patch", "Delete", "Options")) {
      library.value("method" + method, Value.of(method.toUpperCase(java.util.Locale.ROOT)));
    }
    HEADERS.forEach((name, header) -> library.value(name, new Value.HeaderName(header)));
    STATUSES.forEach(
        (name, code) -> {
          library.value(name + code, status(code));
          library.value("status" + code, status(code));
        });
    library.binary(
        "ByteRangeFromTo",
        (from, to) -> new Value.Constructed("ByteRangeFromTo", List.of(from, to)));
    library.unary("renderByteRange", HttpLibrary::range);
  }

  static Value status(int code) {
    Map<String, Value> fields = new LinkedHashMap<>();
    fields.put("statusCode", Value.of(code));
    fields.put("statusMessage", Value.of(""));
    return new Value.Fields("Status", fields);
  }

  private static Value range(Value range) {
    if (Value.of(range) instanceof Value.Constructed made && !made.fields().isEmpty()) {
      long from = Values.number(made.fields().getFirst());
      boolean isOpen = made.fields().size() == 1;
      return Value.of(from + "-" + (isOpen ? "" : Values.number(made.fields().getLast())));
    }
    throw new ai.ipai.server.bench.haskell.Unreadable("a byte range");
  }
}
