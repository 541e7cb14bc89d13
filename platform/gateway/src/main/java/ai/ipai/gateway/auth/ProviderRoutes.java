package ai.ipai.gateway.auth;

import ai.ipai.gateway.http.Answer;
import ai.ipai.gateway.http.Exchange;
import ai.ipai.gateway.http.Parameter;
import ai.ipai.gateway.http.Route;
import ai.ipai.spi.error.IpaiException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** {@code /authorize} and {@code /callback}: the way to an identity provider and back. */
final class ProviderRoutes {
  private static final String COOKIE = "ipai_away";

  private final AuthParts parts;
  private final ProviderSignIn away;

  ProviderRoutes(AuthParts parts, ProviderSignIn away) {
    this.parts = parts;
    this.away = away;
  }

  List<Route> routes() {
    return List.of(
        AuthRoutes.get("/auth/v1/authorize", "Sign in at a provider", this::depart)
            .with(
                Parameter.query("provider", "string", "its name"),
                Parameter.query("redirect_to", "string", "where to go then"))
            .failing(ai.ipai.gateway.http.ErrorShape.AUTH),
        AuthRoutes.get("/auth/v1/callback", "The way back from a provider", this::arrive));
  }

  private Answer depart(Exchange exchange) throws SQLException {
    ProviderSignIn.Departure departure =
        away.depart(
            exchange.query("provider").orElse(""),
            parts.rules().destination(AuthBody.redirect(exchange)),
            exchange.query("scopes").filter(s -> s.matches("[A-Za-z0-9_.: /-]{0,200}")).orElse(""),
            FlowStore.Challenge.of(
                exchange.query("code_challenge").orElse(""),
                exchange.query("code_challenge_method").orElse("")),
            AuthBody.origin(exchange));
    return Answer.redirect(departure.address())
        .with("Set-Cookie", cookie(departure.browserKey(), 600));
  }

  /** Only this browser may come back with this state: it cannot be made to bring another's. */
  private String cookie(String value, int seconds) {
    String secure = parts.rules().apiUrl().get().startsWith("https:") ? "; Secure" : "";
    return COOKIE
        + "="
        + value
        + "; Path=/auth/v1/callback; HttpOnly; SameSite=Lax; Max-Age="
        + seconds
        + secure;
  }

  private Answer arrive(Exchange exchange) throws SQLException {
    Optional<ProviderSignIn.Noted> noted =
        away.noted(
            exchange.query("state").orElse(""),
            exchange.cookie(COOKIE).orElse(""),
            AuthBody.origin(exchange));
    String destination = noted.map(ProviderSignIn.Noted::destination).orElse(parts.rules().site());
    boolean hasVerifier = noted.flatMap(ProviderSignIn.Noted::flow).isPresent();
    Answer answer;
    try {
      answer = arrived(exchange, noted, destination);
    } catch (IpaiException e) {
      answer = Landing.refused(destination, e, hasVerifier);
    }
    return answer.with("Set-Cookie", cookie("", 0));
  }

  private Answer arrived(
      Exchange exchange, Optional<ProviderSignIn.Noted> noted, String destination)
      throws SQLException {
    if (noted.isEmpty()) {
      throw AuthFaults.forbidden("bad_oauth_state", "OAuth state is invalid or has expired");
    }
    Optional<String> code = exchange.query("code");
    if (code.isEmpty()) {
      throw AuthFaults.forbidden("bad_oauth_callback", "The provider refused the sign-in");
    }
    return switch (away.arrive(noted.get(), code.get(), AuthBody.origin(exchange))) {
      case Verification.Result.Code(String own) -> Landing.withCode(destination, own);
      case Verification.Result.SignedIn(SignIn.Grant grant) ->
          Landing.withTokens(destination, grant, "");
      case Verification.Result.HalfWay() -> Landing.halfWay(destination);
    };
  }
}
