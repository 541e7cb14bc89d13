package ai.ipai.gateway.rest.request;

import ai.ipai.gateway.rest.fault.RequestFaults;
import ai.ipai.gateway.rest.request.Action.Change;
import ai.ipai.gateway.rest.request.Action.Method;
import ai.ipai.gateway.rest.setting.RestSettings;
import ai.ipai.spi.name.QualifiedName;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads requests; the first thing that is wrong, in PostgREST's order, is the answer. */
public final class RestRequestReader {
  private static final Set<String> WRITING = Set.of("DELETE", "PATCH", "POST", "PUT");
  private static final String LIMIT = "limit";

  private RestRequestReader() {}

  /** Throws a {@code RestFault}. */
  public static RestRequest read(Incoming incoming, RestSettings settings) {
    Preferences preferences =
        Preferences.parse(
            incoming.all("prefer"), settings.end().mayBeOverridden(), !settings.hidesForbidden());
    List<String> path = incoming.path();
    boolean isCall = path.size() == 2 && path.getFirst().equals("rpc");
    if (path.size() > 1 && !isCall) {
      throw RequestFaults.path();
    }
    Optional<String> profile =
        incoming.header(WRITING.contains(incoming.method()) ? "content-profile" : "accept-profile");
    String schema = profile.orElse(settings.schemas().getFirst());
    if (!settings.schemas().contains(schema)) {
      throw RequestFaults.schema(schema, settings.schemas());
    }
    Optional<QualifiedName> root =
        path.isEmpty() ? settings.answers().openApi().rootFunction() : Optional.empty();
    Action action =
        root.isPresent()
            ? action(incoming.method(), List.of(root.get().name()), true, schema)
            : action(incoming.method(), path, isCall, schema);
    QueryParameters query = QueryParameters.parse(incoming.rawQuery(), action.isSafeCall());
    RowRange range = range(incoming, query);
    query.ranges().put(LIMIT, range);
    MediaType contentType =
        incoming.header("content-type").map(MediaType::parse).orElse(MediaType.Plain.JSON);
    Optional<Payload> payload = payload(incoming, action, query, contentType);
    return new RestRequest(
        incoming,
        action,
        schema,
        profile.isPresent() || settings.schemas().size() != 1,
        query,
        range,
        preferences,
        payload,
        keys(payload, query),
        incoming.header("accept").map(Accept::parse).orElse(List.of(MediaType.Plain.ANY)),
        contentType);
  }

  private static Action action(String method, List<String> path, boolean isCall, String schema) {
    if (path.isEmpty()) {
      return switch (method) {
        case "GET", "HEAD" -> new Action.Describe(schema, method.equals("HEAD"));
        case "OPTIONS" -> new Action.RootOptions();
        default -> throw RequestFaults.method(method);
      };
    }
    QualifiedName name = QualifiedName.of(schema, path.getLast());
    if (isCall) {
      return switch (method) {
        case "GET" -> new Action.Call(name, Method.GET);
        case "HEAD" -> new Action.Call(name, Method.HEAD);
        case "POST" -> new Action.Call(name, Method.POST);
        case "OPTIONS" -> new Action.FunctionOptions(name);
        default -> throw RequestFaults.rpcMethod(method);
      };
    }
    return switch (method) {
      case "GET", "HEAD" -> new Action.Read(name, method.equals("HEAD"));
      case "POST" -> new Action.Write(name, Change.INSERT);
      case "PUT" -> new Action.Write(name, Change.PUT);
      case "PATCH" -> new Action.Write(name, Change.UPDATE);
      case "DELETE" -> new Action.Write(name, Change.DELETE);
      case "OPTIONS" -> new Action.TableOptions(name);
      default -> throw RequestFaults.method(method);
    };
  }

  private static RowRange range(Incoming incoming, QueryParameters query) {
    boolean heeds = incoming.method().equals("GET");
    RowRange header =
        heeds
            ? incoming.header("range").map(RowRange::ofHeader).orElse(RowRange.ALL)
            : RowRange.ALL;
    RowRange limit = query.ranges().getOrDefault(LIMIT, RowRange.ALL);
    RowRange range = limit.hasLimitZero() ? RowRange.NONE : header.intersect(limit);
    if (range.isEmpty() && !limit.hasLimitZero()) {
      throw header.isEmpty() ? RequestFaults.crossedRange() : RequestFaults.negativeLimit();
    }
    if (incoming.method().equals("PUT") && !range.isAll()) {
      throw RequestFaults.putLimit();
    }
    return range;
  }

  private static Optional<Payload> payload(
      Incoming incoming, Action action, QueryParameters query, MediaType type) {
    boolean takesBody =
        (action instanceof Action.Write write && write.change() != Change.DELETE)
            || (action instanceof Action.Call call && call.method() == Method.POST);
    if (!takesBody) {
      return Optional.empty();
    }
    boolean heedsColumns = !(action instanceof Action.Write write && write.change() == Change.PUT);
    return Optional.of(
        PayloadReader.read(
            incoming.body(), type, action.isCall(), heedsColumns && query.columns().isPresent()));
  }

  private static Set<String> keys(Optional<Payload> payload, QueryParameters query) {
    return payload
        .map(
            body ->
                switch (body) {
                  case Payload.Json json -> json.keys();
                  case Payload.Form form -> form.keys();
                  case Payload.UnreadJson unread -> query.columns().orElse(Set.of());
                  case Payload.Raw raw -> Set.<String>of();
                })
        .orElse(Set.of());
  }
}
