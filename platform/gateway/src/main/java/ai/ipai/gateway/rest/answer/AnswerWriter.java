package ai.ipai.gateway.rest.answer;

import ai.ipai.gateway.http.Answer;
import ai.ipai.gateway.http.Json;
import ai.ipai.gateway.rest.fault.RequestFaults;
import ai.ipai.gateway.rest.fault.RestFault;
import ai.ipai.gateway.rest.plan.RestPlan;
import ai.ipai.gateway.rest.plan.WritePlan;
import ai.ipai.gateway.rest.request.Action.Change;
import ai.ipai.gateway.rest.request.Action.Method;
import ai.ipai.gateway.rest.request.MediaType;
import ai.ipai.gateway.rest.request.Preferences;
import ai.ipai.gateway.rest.request.Preferences.Applied;
import ai.ipai.gateway.rest.request.Preferences.Representation;
import ai.ipai.gateway.rest.request.Preferences.Resolution;
import ai.ipai.gateway.rest.request.RestRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Makes answers: status, headers, body. */
public final class AnswerWriter {
  private static final byte[] NOTHING = new byte[0];

  private final RestRequest request;
  private final RestPlan plan;
  private final Map<String, List<String>> headers = new LinkedHashMap<>();

  private AnswerWriter(RestRequest request, RestPlan plan) {
    this.request = request;
    this.plan = plan;
  }

  /** The answer to a request that was done; throws a {@code RestFault}. */
  public static Answer answer(RestRequest request, RestPlan plan, ResultRow result) {
    return new AnswerWriter(request, plan).answer(result);
  }

  /** A plan of execution. */
  public static Answer explained(RestRequest request, RestPlan plan, String text) {
    AnswerWriter writer = new AnswerWriter(request, plan);
    writer.type();
    return writer.done(200, text.getBytes(StandardCharsets.UTF_8));
  }

  /** What went wrong. */
  public static Answer failure(RestFault fault) {
    return failure(fault, false);
  }

  /**
   * What went wrong.
   *
   * @param isBrief whether details and hint are kept back
   */
  public static Answer failure(RestFault fault, boolean isBrief) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    headers.put("Content-Type", List.of(MediaType.Plain.JSON.contentType()));
    headers.put("Proxy-Status", List.of("PostgREST; error=" + fault.code()));
    fault.headers().forEach((name, value) -> headers.put(name, List.of(value)));
    return new Answer(
        fault.status(), headers, Json.bytes(isBrief ? fault.briefBody() : fault.body()));
  }

  /** A schema described. */
  public static Answer described(RestRequest request, byte[] document, boolean headersOnly) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    headers.put("Content-Type", List.of(MediaType.Plain.OPENAPI.contentType()));
    if (request.negotiated()) {
      headers.put("Content-Profile", List.of(request.schema()));
    }
    return new Answer(200, headers, headersOnly ? NOTHING : document);
  }

  private Answer answer(ResultRow result) {
    Answer answer =
        switch (plan) {
          case RestPlan.ReadRows read -> read(read, result);
          case RestPlan.WriteRows write ->
              switch (write.change()) {
                case INSERT -> insert((WritePlan.Insert) write.write(), result);
                case UPDATE -> change(contentRange(0, result.page() - 1, counted(result)), result);
                case DELETE -> change(contentRange(1, 0, counted(result)), result);
                case PUT -> put(result);
              };
          case RestPlan.CallRoutine call -> call(call, result);
        };
    return Overrides.applied(answer, result);
  }

  private Answer done(int status, byte[] body) {
    headers.putIfAbsent("Vary", List.of("Accept, Prefer, Range"));
    return new Answer(status, headers, body);
  }

  private void header(String name, String value) {
    headers.put(name, List.of(value));
  }

  private void type() {
    header("Content-Type", plan.negotiation().type().contentType());
    if (request.negotiated()) {
      header("Content-Profile", request.schema());
    }
  }

  private void applied(Applied what) {
    request.preferences().applied(what).ifPresent(value -> header("Preference-Applied", value));
  }

  private OptionalLong counted(ResultRow result) {
    return request.preferences().countsRows()
        ? OptionalLong.of(result.page())
        : OptionalLong.empty();
  }

  private static String contentRange(long first, long last, OptionalLong total) {
    boolean isEmpty = (total.isPresent() && total.getAsLong() == 0) || first > last;
    return (isEmpty ? "*" : first + "-" + last)
        + "/"
        + (total.isPresent() ? Long.toString(total.getAsLong()) : "*");
  }

  private int page(ResultRow result) {
    long first = request.range().offset();
    long last = first + result.page() - 1;
    header("Content-Range", contentRange(first, last, result.total()));
    if (result.total().isEmpty()) {
      return 200;
    }
    long total = result.total().getAsLong();
    if (first > total) {
      return 416;
    }
    return 1 + last - first < total ? 206 : 200;
  }

  private byte[] outOfBounds(ResultRow result) {
    String total = result.total().isPresent() ? Long.toString(result.total().getAsLong()) : "0";
    return Json.bytes(RequestFaults.outOfBounds(request.range().offset(), total).body());
  }

  private Answer read(RestPlan.ReadRows read, ResultRow result) {
    int status = page(result);
    String query = request.query().canonical();
    header("Content-Location", "/" + read.main().name() + (query.isEmpty() ? "" : "?" + query));
    type();
    applied(Applied.READ);
    byte[] body = status == 416 ? outOfBounds(result) : result.body();
    return done(status, read.headersOnly() && status != 416 ? NOTHING : body);
  }

  private Answer insert(WritePlan.Insert insert, ResultRow result) {
    Preferences preferences = request.preferences();
    if (!result.location().isEmpty()) {
      header("Location", "/" + plan.main().name() + location(result.location()));
    }
    header("Content-Range", contentRange(1, 0, counted(result)));
    boolean resolves = !insert.primaryKey().isEmpty() || request.query().onConflict().isPresent();
    applied(Applied.insert(resolves));
    boolean merges =
        preferences.resolution().filter(Resolution.MERGE_DUPLICATES::equals).isPresent();
    boolean merged = result.inserted().isEmpty() || (merges && result.inserted().getAsLong() <= 0);
    boolean isFull = preferences.returns(Representation.REPRESENTATION);
    if (isFull) {
      type();
    }
    return done(merged ? 200 : 201, isFull ? result.body() : NOTHING);
  }

  private static String location(List<String> pairs) {
    List<String> encoded = new ArrayList<>();
    for (String pair : pairs) {
      int equals = pair.indexOf('=');
      encoded.add(encoded(pair.substring(0, equals)) + "=" + encoded(pair.substring(equals + 1)));
    }
    return "?" + String.join("&", encoded);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  private Answer change(String contentRange, ResultRow result) {
    header("Content-Range", contentRange);
    boolean isUpdate = plan instanceof RestPlan.WriteRows write && write.change() == Change.UPDATE;
    applied(isUpdate ? Applied.UPDATE : Applied.DELETE);
    return full(200, result);
  }

  private Answer put(ResultRow result) {
    applied(Applied.PUT);
    boolean isNew = result.inserted().isPresent() && result.inserted().getAsLong() > 0;
    return full(isNew ? 201 : 200, result);
  }

  private Answer full(int status, ResultRow result) {
    if (!request.preferences().returns(Representation.REPRESENTATION)) {
      return done(204, NOTHING);
    }
    type();
    return done(status, result.body());
  }

  private Answer call(RestPlan.CallRoutine call, ResultRow result) {
    int status = page(result);
    applied(Applied.CALL);
    if (call.call().routine().returnsVoid()) {
      return done(204, NOTHING);
    }
    type();
    if (call.method() == Method.HEAD) {
      return done(status, NOTHING);
    }
    return done(status, status == 416 ? outOfBounds(result) : result.body());
  }
}
