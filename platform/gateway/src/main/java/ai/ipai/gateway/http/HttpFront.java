package ai.ipai.gateway.http;

import ai.ipai.gateway.GatewayErrors;
import ai.ipai.gateway.token.TokenVerifier;
import ai.ipai.gateway.token.VerifiedToken;
import ai.ipai.governance.config.AddressBlocks;
import ai.ipai.spi.error.IpaiException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.BindException;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The HTTP server: takes requests within their limits, checks the token before a handler runs, runs
 * handlers on virtual threads, renders failures. {@link #start} once, {@link #close} drains.
 */
public final class HttpFront implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpFront.class);
  private static final Duration DRAIN = Duration.ofSeconds(10);

  private final HttpLimits limits;
  private final Bearer bearer;
  private final HttpObserver observer;
  private final Function<Throwable, @Nullable IpaiException> translation;
  private final String allowedOrigin;
  private final Vertx vertx;
  private final Router router;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("request-", 0).factory());
  private final RequestIds requestIds = new RequestIds();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final ConnectionGate connections;
  private final AtomicBoolean draining = new AtomicBoolean();
  private final List<Route> routes = new ArrayList<>();
  private volatile Denials denials = exchange -> {};
  private volatile ClientAddress clients = new ClientAddress(AddressBlocks.NONE);
  private @Nullable HttpServer server;

  /** Hears of every caller whose platform roles do not reach a route, before the answer leaves. */
  @FunctionalInterface
  public interface Denials {
    /** Throws where the denial cannot be recorded; that is then the answer. */
    void record(Exchange exchange);
  }

  /**
   * Listens to nothing yet.
   *
   * @param verifier checks tokens
   * @param translation turns foreign exceptions (of a driver, of a pool) into ours; null for those
   *     it does not know
   * @param allowedOrigin of pages that may call the interfaces: {@code *} or one origin
   */
  public HttpFront(
      HttpLimits limits,
      TokenVerifier verifier,
      HttpObserver observer,
      Function<Throwable, @Nullable IpaiException> translation,
      String allowedOrigin) {
    this.limits = limits;
    this.bearer = new Bearer(verifier);
    this.observer = observer;
    this.translation = translation;
    this.allowedOrigin = allowedOrigin;
    this.vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(Math.min(4, Runtime.getRuntime().availableProcessors()))
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(2)
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    this.connections = new ConnectionGate(vertx, limits);
    this.router = Router.router(vertx);
    router.route().handler(this::prepare);
  }

  /** Whose word on the address of whoever asks is believed; nobody's at first. */
  public void trust(AddressBlocks proxies) {
    clients = new ClientAddress(proxies);
  }

  /** Where denials of routes are recorded; set it before serving routes that need roles. */
  public void recordDenials(Denials recorder) {
    denials = recorder;
  }

  /** Adds routes; may be called while the server runs. */
  public synchronized void serve(List<Route> more) {
    for (Route route : more) {
      routes.add(route);
      HttpMethod method = HttpMethod.valueOf(route.method());
      var line = router.route(route.routerPath()).method(method);
      if (method.equals(HttpMethod.GET)) {
        line.method(HttpMethod.HEAD);
      }
      line.handler(context -> accept(context, route));
    }
  }

  /** The route table, in the order in which it was served. */
  public synchronized List<Route> routes() {
    return List.copyOf(routes);
  }

  /** Requests being worked on. */
  public int inFlight() {
    return inFlight.get();
  }

  /** Connections open. */
  public int connections() {
    return connections.open();
  }

  /**
   * Listens.
   *
   * @param port 0 for any free one
   * @return the port
   * @throws BindException if the port is taken
   */
  public int start(String host, int port) throws BindException, InterruptedException {
    router.errorHandler(404, this::notFound);
    router.errorHandler(405, this::methodNotAllowed);
    router.errorHandler(400, context -> refuse(context, badRequest("the request is malformed")));
    HttpServer listening =
        vertx
            .createHttpServer(options())
            .connectionHandler(connections::opened)
            .invalidRequestHandler(this::invalidRequest)
            .requestHandler(router);
    try {
      server =
          listening
              .listen(port, host)
              .toCompletionStage()
              .toCompletableFuture()
              .get(30, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      if (e.getCause() instanceof BindException taken) {
        throw taken;
      }
      throw new IllegalStateException("cannot listen on " + host + ":" + port, e);
    }
    return server.actualPort();
  }

  private HttpServerOptions options() {
    return new HttpServerOptions()
        .setMaxHeaderSize(limits.maxHeaderBytes())
        .setMaxInitialLineLength(limits.maxUrlBytes())
        .setMaxFormAttributeSize(limits.maxBodyBytes())
        .setIdleTimeout((int) limits.idleDeadline().toSeconds())
        .setIdleTimeoutUnit(TimeUnit.SECONDS)
        .setDecompressionSupported(false)
        .setHttp2ClearTextEnabled(false)
        .setAcceptBacklog(1024)
        .setHandle100ContinueAutomatically(true);
  }

  private void prepare(RoutingContext context) {
    var request = context.request();
    connections.requestArrived(request.connection());
    context.addEndHandler(ended -> connections.answered(request.connection()));
    var headers = context.response().headers();
    String requestId =
        requestIds.choose(request.getHeader("X-Request-Id"), request.getHeader("traceparent"));
    context.put("requestId", requestId);
    headers.set("X-Request-Id", requestId);
    SecurityHeaders.add(headers);
    SecurityHeaders.addSharing(request, headers, allowedOrigin);
    if (request.headers().getAll("Host").size() != 1 && request.version() != HttpVersion.HTTP_1_0) {
      refuse(context, badRequest("exactly one Host header is needed"));
      return;
    }
    if (request.headers().contains("Transfer-Encoding")) {
      // Whatever a proxy in front made of this body, nothing may follow it on this connection.
      headers.set("Connection", "close");
    }
    if (request.method().equals(HttpMethod.OPTIONS)
        && SecurityHeaders.isShared(request.path())
        && request.getHeader("Access-Control-Request-Method") != null) {
      SecurityHeaders.addPreflight(request, headers);
      context.response().setStatusCode(204).end();
      return;
    }
    context.next();
  }

  private void accept(RoutingContext context, Route route) {
    boolean always = route.guard() instanceof Guard.Always;
    if (draining.get() && !always) {
      refuse(context, overloaded("the server is stopping"));
      return;
    }
    if (!always && inFlight.get() >= limits.maxInFlight()) {
      refuse(context, overloaded("the server has all the requests that it takes at once"));
      return;
    }
    inFlight.incrementAndGet();
    AtomicBoolean counted = new AtomicBoolean(true);
    Runnable done =
        () -> {
          if (counted.compareAndSet(true, false)) {
            inFlight.decrementAndGet();
          }
        };
    context.response().endHandler(end -> done.run());
    context.response().closeHandler(closed -> done.run());
    new BodyReader(vertx, limits)
        .read(context.request())
        .onFailure(failure -> refuse(context, asOurs(failure)))
        .onSuccess(body -> dispatch(context, route, body.getBytes()));
  }

  private void dispatch(RoutingContext context, Route route, byte[] body) {
    String requestId = context.get("requestId");
    var peer = context.request().remoteAddress();
    String address =
        peer == null || peer.hostAddress() == null
            ? ""
            : clients.of(peer.hostAddress(), context.request().headers().getAll("X-Forwarded-For"));
    Exchange exchange = new Exchange(context, route, requestId, body, address);
    Context loop = vertx.getOrCreateContext();
    AtomicBoolean answered = new AtomicBoolean();
    var work =
        threads.submit(
            () -> {
              Answer answer = work(exchange);
              loop.runOnContext(
                  nothing -> {
                    if (answered.compareAndSet(false, true)) {
                      send(context, answer);
                    }
                  });
            });
    long deadline =
        vertx.setTimer(
            limits.answerDeadline().toMillis(),
            timer -> {
              if (answered.compareAndSet(false, true)) {
                work.cancel(true);
                send(context, route.shape().answer(tooSlow(), requestId));
              }
            });
    context.addEndHandler(ended -> vertx.cancelTimer(deadline));
    context
        .response()
        .exceptionHandler(
            gone -> {
              if (answered.compareAndSet(false, true)) {
                work.cancel(true);
              }
            });
  }

  private Answer work(Exchange exchange) {
    MDC.put("requestId", exchange.requestId());
    HttpObserver.Observation observation = observer.begin(exchange);
    Throwable failure = null;
    Answer answer;
    try {
      admit(exchange);
      answer = exchange.route().handler().handle(exchange);
    } catch (Exception | StackOverflowError e) {
      failure = e;
      answer = exchange.route().shape().answer(asOurs(e), exchange.requestId());
    }
    try {
      observation.end(answer.status(), failure);
      return answer;
    } finally {
      MDC.clear();
    }
  }

  private void admit(Exchange exchange) {
    Guard guard = exchange.route().guard();
    if (guard instanceof Guard.Always || guard instanceof Guard.Own) {
      return;
    }
    bearer.identify(exchange).ifPresent(exchange::identify);
    if (guard instanceof Guard.SignedIn) {
      exchange.signedIn();
    } else if (guard instanceof Guard.AnyRole(var roles)) {
      VerifiedToken caller = exchange.signedIn();
      if (!"service_role".equals(caller.databaseRole())
          && roles.stream().noneMatch(caller::hasPlatformRole)) {
        // Recorded before it is told: a denial that cannot be recorded is a failure.
        denials.record(exchange);
        throw new IpaiException(GatewayErrors.ROLE_MISSING, "this needs another platform role")
            .fact("needed", roles.stream().sorted().collect(Collectors.joining(" or ")));
      }
    }
  }

  private void send(RoutingContext context, Answer answer) {
    HttpServerResponse response = context.response();
    if (response.ended() || response.closed()) {
      return;
    }
    response.setStatusCode(answer.status());
    answer.headers().forEach((name, values) -> response.headers().set(name, values));
    if (!answer.headers().containsKey("Cache-Control")) {
      response.headers().set("Cache-Control", "no-store");
    }
    if (draining.get()) {
      response.headers().set("Connection", "close");
    }
    if (answer.status() == 204 || answer.status() == 304) {
      response.end();
    } else if (context.request().method().equals(HttpMethod.HEAD)) {
      if (answer.body().length > 0) {
        response.headers().set("Content-Length", Integer.toString(answer.body().length));
      }
      response.end();
    } else {
      response.end(Buffer.buffer(answer.body()));
    }
  }

  private void refuse(RoutingContext context, IpaiException failure) {
    String requestId = context.get("requestId");
    HttpServerResponse response = context.response();
    if (!context.request().isEnded()) {
      response.headers().set("Connection", "close");
    }
    ErrorShape shape = ErrorShape.of(context.request().path());
    send(context, shape.answer(failure, requestId == null ? "" : requestId));
  }

  private void notFound(RoutingContext context) {
    refuse(context, new IpaiException(GatewayErrors.NOT_FOUND, "there is nothing here"));
  }

  private void methodNotAllowed(RoutingContext context) {
    refuse(
        context,
        new IpaiException(GatewayErrors.METHOD_NOT_ALLOWED, "this path takes another method"));
  }

  private void invalidRequest(io.vertx.core.http.HttpServerRequest request) {
    SecurityHeaders.add(request.response().headers());
    Throwable cause = request.decoderResult().cause();
    boolean tooLong = cause != null && cause.getClass().getSimpleName().startsWith("TooLong");
    request
        .response()
        .setStatusCode(tooLong ? 431 : 400)
        .putHeader("Connection", "close")
        .end()
        .onComplete(sent -> request.connection().close());
  }

  private IpaiException asOurs(Throwable failure) {
    if (failure instanceof IpaiException ours) {
      if (ours.kind().isOperational()) {
        LOG.warn("{}: {}", ours.code(), ours.getMessage(), ours);
      }
      return ours;
    }
    IpaiException translated = translation.apply(failure);
    if (translated != null) {
      LOG.warn("{}: {}", translated.code(), translated.getMessage(), failure);
      return translated;
    }
    if (failure instanceof SQLTransientException
        || (failure instanceof SQLException sql
            && sql.getSQLState() != null
            && (sql.getSQLState().startsWith("08") || sql.getSQLState().startsWith("57P")))) {
      LOG.warn("the database does not answer", failure);
      return new IpaiException(
          GatewayErrors.DATABASE_UNAVAILABLE, "the database does not answer", failure);
    }
    LOG.error("a request failed unexpectedly", failure);
    return new IpaiException(GatewayErrors.UNEXPECTED, "something went wrong on our side", failure)
        .hint("The log has the reason under this request's id.");
  }

  private static IpaiException badRequest(String message) {
    return new IpaiException(GatewayErrors.PARAMETER_INVALID, message);
  }

  private static IpaiException overloaded(String message) {
    return new IpaiException(GatewayErrors.OVERLOADED, message).hint("Try again in a moment.");
  }

  private static IpaiException tooSlow() {
    return new IpaiException(GatewayErrors.TOO_SLOW, "the answer took too long")
        .hint("Ask for less: fewer rows, a narrower filter.");
  }

  /** Refuses new requests, lets those under way finish for ten seconds, then stops. */
  @Override
  public void close() {
    draining.set(true);
    long until = System.nanoTime() + DRAIN.toNanos();
    while (inFlight.get() > 0 && System.nanoTime() < until) {
      try {
        Thread.sleep(Duration.ofMillis(10));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    threads.shutdownNow();
    vertx
        .close()
        .toCompletionStage()
        .toCompletableFuture()
        .orTimeout(5, TimeUnit.SECONDS)
        .exceptionally(late -> null)
        .join();
  }
}
