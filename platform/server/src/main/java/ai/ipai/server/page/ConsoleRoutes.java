package ai.ipai.server.page;

import ai.ipai.console.Asset;
import ai.ipai.console.Console;
import ai.ipai.console.ConsoleRequest;
import ai.ipai.console.DemoLogin;
import ai.ipai.console.Page;
import ai.ipai.console.Visitor;
import ai.ipai.console.view.Lakehouse;
import ai.ipai.gateway.GatewayErrors;
import ai.ipai.gateway.auth.SignIn;
import ai.ipai.gateway.http.Answer;
import ai.ipai.gateway.http.ErrorShape;
import ai.ipai.gateway.http.Exchange;
import ai.ipai.gateway.http.Guard;
import ai.ipai.gateway.http.Route;
import ai.ipai.gateway.read.Callers;
import ai.ipai.gateway.read.GovernedReads;
import ai.ipai.postgres.caller.Caller;
import ai.ipai.spi.error.IpaiException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /console}: brings requests of browsers to the pages and sets their cookies. */
public final class ConsoleRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(ConsoleRoutes.class);
  private static final String FOREVER = "public, max-age=31536000, immutable";

  private final Console console;
  private final ConsoleSessions sessions;
  private final SignIn signIn;
  private final Function<Caller, Lakehouse> lakehouse;
  private final Supplier<List<DemoLogin>> demo;
  private final Function<Set<String>, String> notice;

  ConsoleRoutes(
      Console console,
      ConsoleSessions sessions,
      SignIn signIn,
      Function<Caller, Lakehouse> lakehouse,
      Supplier<List<DemoLogin>> demo,
      Function<Set<String>, String> notice) {
    this.console = console;
    this.sessions = sessions;
    this.signIn = signIn;
    this.lakehouse = lakehouse;
    this.demo = demo;
    this.notice = notice;
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/console/assets/{version}/{name}", Guard.ALWAYS, "A file of pages", this::asset),
        Route.get(
            "/console/sign-in", Guard.OPEN, "The way in", e -> signInPage("", Optional.empty())),
        Route.post("/console/sign-in", Guard.OPEN, "Sign in", this::signIn),
        Route.post("/console/sign-out", Guard.OPEN, "Sign out", this::signOut),
        Route.get("/console", Guard.OPEN, "The overview", this::page),
        Route.get("/console/*", Guard.OPEN, "Pages", this::page));
  }

  private Answer asset(Exchange exchange) {
    Asset asset =
        console
            .assets()
            .find(exchange.pathParameter("version"), exchange.pathParameter("name"))
            .orElseThrow(GovernedReads::notFound);
    boolean takesGzip = exchange.header("Accept-Encoding").orElse("").contains("gzip");
    Answer answer =
        Answer.of(200, asset.contentType(), takesGzip ? asset.compressed() : asset.content())
            .with("Cache-Control", FOREVER)
            .with("Vary", "Accept-Encoding");
    return takesGzip ? answer.with("Content-Encoding", "gzip") : answer;
  }

  private Answer signInPage(String email, Optional<String> refusal) {
    Page page = console.signIn(email, refusal, demo.get());
    return Answer.html(page.status(), page.html());
  }

  private Answer signIn(Exchange exchange) throws SQLException {
    requireSameSite(exchange);
    Map<String, String> form = exchange.form();
    String email = form.getOrDefault("email", "");
    try {
      SignIn.Grant grant =
          signIn.withPassword(
              email.replace("\0", ""),
              form.getOrDefault("password", "").replace("\0", ""),
              ConsoleSessions.origin(exchange));
      return sessions.open(Answer.redirect("/console"), grant);
    } catch (IpaiException e) {
      if (e.code().equals(GatewayErrors.SIGN_IN_REFUSED)) {
        return signInPage(email, Optional.of("That is not an e-mail and password we know."));
      }
      if (e.code().equals(GatewayErrors.SIGN_IN_THROTTLED)) {
        Page page =
            console.signIn(
                email, Optional.of("Too many attempts. Wait a few minutes."), demo.get());
        return Answer.html(429, page.html())
            .with("Retry-After", e.facts().getOrDefault("retryAfterSeconds", "60"));
      }
      throw e;
    }
  }

  private Answer signOut(Exchange exchange) throws SQLException {
    requireSameSite(exchange);
    Optional<ConsoleSessions.Session> session = sessions.find(exchange);
    if (session.isPresent()) {
      var token = session.get().token();
      if (!sessions.isFormOf(token, exchange.form().getOrDefault("form_token", ""))) {
        throw foreignForm();
      }
      if (token.sessionId().isPresent()) {
        signIn.signOut(
            token.sessionId().get(), token.subject().orElse(""), ConsoleSessions.origin(exchange));
      }
    }
    return sessions.close(Answer.redirect("/console/sign-in"));
  }

  private static void requireSameSite(Exchange exchange) {
    if (!ConsoleSessions.isSameSite(exchange)) {
      throw foreignForm();
    }
  }

  private static IpaiException foreignForm() {
    return new IpaiException(GatewayErrors.ROLE_MISSING, "the form does not come from this page");
  }

  private Answer page(Exchange exchange) throws SQLException {
    Optional<ConsoleSessions.Session> session = sessions.find(exchange);
    if (session.isEmpty()) {
      Answer toSignIn = sessions.close(Answer.redirect("/console/sign-in"));
      return exchange.header("HX-Request").isPresent()
          ? Answer.empty(401).with("HX-Redirect", "/console/sign-in")
          : toSignIn;
    }
    Page page = render(exchange, session.get());
    Answer answer = Answer.html(page.status(), page.html());
    return session.get().renewed().map(grant -> sessions.open(answer, grant)).orElse(answer);
  }

  private Visitor visitor(ConsoleSessions.Session session, Exchange exchange) {
    var token = session.token();
    return new Visitor(
        token.displayName(),
        token.platformRoles(),
        sessions.formToken(token),
        lakehouse.apply(Callers.of(token, exchange.requestId())),
        notice.apply(token.platformRoles()));
  }

  /** Never fails: what was renewed on the way must reach the browser, or it is signed out soon. */
  private Page render(Exchange exchange, ConsoleSessions.Session session) {
    Optional<Visitor> visitor = Optional.empty();
    try {
      visitor = Optional.of(visitor(session, exchange));
      return console.page(
          new ConsoleRequest(segments(exchange.path()), exchange.queries()), visitor.get());
    } catch (IpaiException e) {
      int status = ErrorShape.status(e);
      if (status >= 500) {
        LOG.warn("a page failed: {}", e.code(), e);
      }
      return console.error(
          status, sentence(String.valueOf(e.getMessage())), exchange.requestId(), visitor);
    } catch (RuntimeException e) {
      LOG.error("a page failed", e);
      return console.error(500, "Something went wrong here.", exchange.requestId(), visitor);
    }
  }

  private static String sentence(String message) {
    String first = message.substring(0, 1).toUpperCase(java.util.Locale.ROOT);
    return first + message.substring(1) + (message.endsWith(".") ? "" : ".");
  }

  private static List<String> segments(String path) {
    try {
      return Arrays.stream(path.split("/", -1))
          .skip(2)
          .filter(part -> !part.isEmpty())
          .map(part -> URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8))
          .toList();
    } catch (IllegalArgumentException e) {
      throw new IpaiException(GatewayErrors.PARAMETER_INVALID, "the path is not well encoded", e);
    }
  }

  /**
   * Wires the console of one platform.
   *
   * @param notice what every page says to holders of these roles; empty for nothing
   */
  public static ConsoleRoutes of(
      SignIn signIn,
      ai.ipai.gateway.token.TokenVerifier verifier,
      byte[] formKey,
      boolean isSecure,
      Function<Caller, Lakehouse> lakehouse,
      Supplier<List<DemoLogin>> demo,
      Function<Set<String>, String> notice) {
    return new ConsoleRoutes(
        new Console(java.time.Clock.systemUTC()),
        new ConsoleSessions(signIn, verifier, formKey, isSecure),
        signIn,
        lakehouse,
        demo,
        notice);
  }
}
