package ai.ipai.server.bench.postgrest;

import ai.ipai.server.bench.haskell.Unreadable;
import ai.ipai.server.bench.haskell.Value;
import ai.ipai.server.bench.haskell.Values;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an answer is compared with, as {@code hspec-wai} and {@code hspec-wai-json} do it: a number
 * is a status with any body; a text is status 200 and the body byte for byte; {@code [json| |]} is
 * status 200, {@code application/json}, and the body as a JSON value. Record fields replace parts.
 */
final class Expectation {
  private static final String RECORD = "ResponseMatcher";
  private static final String STATUS = "matchStatus";
  private static final String HEADERS = "matchHeaders";
  private static final String BODY = "matchBody";

  private Expectation() {}

  static Value.Fields of(Value value) {
    Value known = Value.of(value);
    return switch (known) {
      case Value.Fields made when made.name().equals(RECORD) -> made;
      case Value.Numeral status ->
          fields(status, List.of(), new Value.Opaque(new BodyMatch.Anything()));
      case Value.Json json -> fields(Value.of(200), List.of(jsonContent()), json);
      default -> fields(Value.of(200), List.of(), new Value.Bytes(Values.bytes(known)));
    };
  }

  private static Value.Fields fields(Value status, List<Value> headers, Value body) {
    Map<String, Value> fields = new LinkedHashMap<>();
    fields.put(STATUS, status);
    fields.put(HEADERS, new Value.Sequence(headers));
    fields.put(BODY, body);
    return new Value.Fields(RECORD, fields);
  }

  private static Value jsonContent() {
    return new Value.Opaque(
        new HeaderMatch(
            "Content-Type: application/json",
            headers -> {
              String type = WireClient.header(headers, "content-type").orElse("");
              String[] parts = type.split(";", 2);
              boolean plain =
                  parts.length == 1
                      || parts[1].strip().isEmpty()
                      || parts[1].strip().equals("charset=utf-8");
              return parts[0].strip().equals("application/json") && plain;
            }));
  }

  /** A test of headers that is written in Java. */
  record HeaderMatch(String expected, java.util.function.Predicate<List<Header>> test) {}

  /** Throws a {@link Mismatch} that names everything that differs. */
  static void check(Value expected, Response response) {
    Value.Fields matcher = of(expected);
    List<String> faults = new ArrayList<>();
    List<String> wanted = new ArrayList<>();
    long status = status(Values.field(matcher, STATUS));
    wanted.add("status " + status);
    if (status != response.status()) {
      faults.add("status");
    }
    for (Value header : Values.items(Values.field(matcher, HEADERS))) {
      String missed = headerFault(Value.of(header), response, wanted);
      if (missed != null) {
        faults.add(missed);
      }
    }
    String bodyFault = bodyFault(Values.field(matcher, BODY), response, wanted);
    if (bodyFault != null) {
      faults.add(bodyFault);
    }
    if (!faults.isEmpty()) {
      throw new Mismatch(String.join(", ", faults), String.join("\n", wanted));
    }
  }

  private static long status(Value value) {
    return value instanceof Value.Fields made
        ? Values.number(Values.field(made, "statusCode"))
        : Values.number(value);
  }

  private static @Nullable String headerFault(
      Value header, Response response, List<String> wanted) {
    if (header instanceof Value.Opaque(Object content) && content instanceof HeaderMatch match) {
      wanted.add(match.expected());
      return match.test().test(response.headers()) ? null : "header " + match.expected();
    }
    if (header instanceof Value.Constructed made && made.name().equals("MatchHeader")) {
      Value fault = Value.maybe(applied(made, response));
      if (fault == null) {
        wanted.add("a header (as the spec's function has it)");
        return null;
      }
      String reason = Values.text(fault).strip();
      wanted.add("not: " + reason);
      return reason;
    }
    throw new Unreadable("a header's expectation: " + Values.show(header));
  }

  private static Value applied(Value.Constructed made, Response response) {
    return Values.apply(
        Values.apply(made.fields().getFirst(), SpecLibrary.headers(response)),
        new Value.Bytes(response.body()));
  }

  private static @Nullable String bodyFault(Value body, Response response, List<String> wanted) {
    if (body instanceof Value.Constructed made && made.name().equals("MatchBody")) {
      Value fault = Value.maybe(applied(made, response));
      wanted.add("a body as the spec's function has it");
      return fault == null ? null : Values.text(fault);
    }
    BodyMatch match =
        switch (body) {
          case Value.Opaque(Object content) when content instanceof BodyMatch known -> known;
          case Value.Json json -> new BodyMatch.SameJson(json.node());
          default -> new BodyMatch.SameBytes(Values.bytes(body));
        };
    wanted.add("");
    wanted.add(match.expected());
    return match.matches(response.body()) ? null : "body";
  }
}
