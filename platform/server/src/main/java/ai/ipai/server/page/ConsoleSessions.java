package ai.ipai.server.page;

import ai.ipai.gateway.auth.SignIn;
import ai.ipai.gateway.http.Answer;
import ai.ipai.gateway.http.Exchange;
import ai.ipai.gateway.token.TokenVerifier;
import ai.ipai.gateway.token.VerifiedToken;
import ai.ipai.spi.error.ErrorKind;
import ai.ipai.spi.error.IpaiException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keeps a browser signed in without any state here: the access token and the refresh token stand in
 * cookies that scripts cannot read and other sites cannot send.
 */
final class ConsoleSessions {
  private static final String ACCESS = "ipai_session";
  private static final String REFRESH = "ipai_refresh";
  private static final Duration LIFETIME = Duration.ofDays(7);

  private final SignIn signIn;
  private final TokenVerifier verifier;
  private final byte[] formKey;
  private final String attributes;

  /**
   * A visitor who is signed in.
   *
   * @param renewed cookies to set, when the access token had to be renewed
   */
  record Session(VerifiedToken token, Optional<SignIn.Grant> renewed) {}

  ConsoleSessions(SignIn signIn, TokenVerifier verifier, byte[] formKey, boolean isSecure) {
    this.signIn = signIn;
    this.verifier = verifier;
    this.formKey = formKey.clone();
    this.attributes = "; Path=/console; HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "");
  }

  Optional<Session> find(Exchange exchange) throws SQLException {
    Optional<VerifiedToken> token = exchange.cookie(ACCESS).flatMap(this::verified);
    if (token.isPresent()) {
      return Optional.of(new Session(token.get(), Optional.empty()));
    }
    Optional<String> refresh = exchange.cookie(REFRESH).filter(text -> !text.isEmpty());
    return refresh.isPresent() ? renewed(refresh.get(), exchange) : Optional.empty();
  }

  private Optional<VerifiedToken> verified(String token) {
    try {
      return Optional.of(verifier.verify(token));
    } catch (IpaiException e) {
      if (e.kind() == ErrorKind.IDENTITY) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private Optional<Session> renewed(String refresh, Exchange exchange) throws SQLException {
    try {
      SignIn.Grant grant = signIn.withRefreshToken(refresh, origin(exchange));
      return Optional.of(new Session(verifier.verify(grant.accessToken()), Optional.of(grant)));
    } catch (IpaiException e) {
      if (e.kind() == ErrorKind.IDENTITY) {
        return Optional.empty();
      }
      throw e;
    }
  }

  Answer open(Answer answer, SignIn.Grant grant) {
    String age = "; Max-Age=" + LIFETIME.toSeconds();
    return answer
        .with("Set-Cookie", ACCESS + "=" + grant.accessToken() + attributes + age)
        .with("Set-Cookie", REFRESH + "=" + grant.refreshToken() + attributes + age);
  }

  Answer close(Answer answer) {
    return answer
        .with("Set-Cookie", ACCESS + "=" + attributes + "; Max-Age=0")
        .with("Set-Cookie", REFRESH + "=" + attributes + "; Max-Age=0");
  }

  static SignIn.Origin origin(Exchange exchange) {
    return new SignIn.Origin(
        exchange.requestId(), exchange.remoteAddress(), exchange.header("User-Agent").orElse(""));
  }

  /** Belongs to one session: a form of another one, or of another site, does not have it. */
  String formToken(VerifiedToken token) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(formKey, "HmacSHA256"));
      String session = token.sessionId().or(token::subject).orElse("");
      return HexFormat.of().formatHex(mac.doFinal(session.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  boolean isFormOf(VerifiedToken token, String formToken) {
    return MessageDigest.isEqual(
        formToken(token).getBytes(StandardCharsets.UTF_8),
        formToken.getBytes(StandardCharsets.UTF_8));
  }

  /** Whether a posted form comes from a page of ours: browsers say so, and scripts cannot lie. */
  static boolean isSameSite(Exchange exchange) {
    Optional<String> site = exchange.header("Sec-Fetch-Site");
    if (site.isPresent()) {
      return site.get().equals("same-origin");
    }
    return exchange
        .header("Origin")
        .map(origin -> origin.replaceFirst("^https?://", ""))
        .map(host -> host.equals(exchange.header("Host").orElse("")))
        .orElse(true);
  }
}
