package ai.ipai.gateway.rest;

import ai.ipai.gateway.http.Answer;
import ai.ipai.gateway.http.ErrorShape;
import ai.ipai.gateway.http.Exchange;
import ai.ipai.gateway.http.Guard;
import ai.ipai.gateway.http.Route;
import ai.ipai.gateway.rest.answer.ServerTiming;
import ai.ipai.gateway.rest.fault.RestFault;
import ai.ipai.gateway.rest.request.Incoming;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Serves a {@link RestService} below a path. */
public final class RestRoutes {
  private static final List<String> METHODS =
      List.of("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  private final String prefix;
  private final Guard guard;
  private final RestService service;
  private final Function<Exchange, RestCaller> callers;
  private final Frame frame;

  /** What the place where the interface is served adds to answers, such as rules for browsers. */
  public interface Frame {
    /** Adds nothing. */
    Frame NONE =
        new Frame() {
          @Override
          public Optional<Answer> before(Exchange exchange) {
            return Optional.empty();
          }

          @Override
          public Answer after(Exchange exchange, Answer answer) {
            return answer;
          }
        };

    /** An answer in place of ours. */
    Optional<Answer> before(Exchange exchange);

    Answer after(Exchange exchange, Answer answer);
  }

  /**
   * Routes below the prefix.
   *
   * @param prefix without a slash at its end; empty for the root
   * @param callers finds out who asks; may throw a {@code RestFault}
   */
  public RestRoutes(
      String prefix, Guard guard, RestService service, Function<Exchange, RestCaller> callers) {
    this(prefix, guard, service, callers, Frame.NONE);
  }

  /** The same, with what the place adds. */
  public RestRoutes(
      String prefix,
      Guard guard,
      RestService service,
      Function<Exchange, RestCaller> callers,
      Frame frame) {
    this.prefix = prefix;
    this.guard = guard;
    this.service = service;
    this.callers = callers;
    this.frame = frame;
  }

  public List<Route> routes() {
    return METHODS.stream()
        .map(
            method ->
                new Route(
                    method,
                    prefix + "/*",
                    guard,
                    ErrorShape.REST,
                    "Tables, views and functions, as PostgREST serves them",
                    List.of(),
                    this::handle))
        .toList();
  }

  private Answer handle(Exchange exchange) throws Exception {
    Optional<Answer> early = frame.before(exchange);
    return early.isPresent() ? early.get() : frame.after(exchange, answer(exchange));
  }

  private Answer answer(Exchange exchange) throws Exception {
    ServerTiming timing = new ServerTiming();
    RestCaller caller;
    try {
      caller = callers.apply(exchange);
    } catch (RestFault fault) {
      return service.failure(fault);
    }
    timing.mark("jwt");
    String path = exchange.path().substring(Math.min(prefix.length(), exchange.path().length()));
    String below = path.startsWith("/") ? path.substring(1) : path;
    return service.answer(
        new Incoming(
            exchange.method(),
            Incoming.segments(below),
            exchange.path(),
            exchange.rawQuery(),
            exchange.headers(),
            exchange.body()),
        caller,
        timing);
  }
}
