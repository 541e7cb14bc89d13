package ai.ipai.connectors.rest;

import ai.ipai.spi.connector.Settings;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How requests say who asks. The secret itself is fetched when it is needed.
 *
 * @param name of the header or parameter; the login or client id
 * @param secret reference
 */
record RestAuth(Kind kind, String name, String secret, @Nullable URI tokenUrl, String scope) {

  /** What is sent. */
  enum Kind {
    NONE,
    BEARER,
    HEADER,
    QUERY,
    BASIC,
    OAUTH2
  }

  static RestAuth of(Settings auth) {
    if (auth.values().isEmpty()) {
      return new RestAuth(Kind.NONE, "", "", null, "");
    }
    String word = auth.text("kind");
    Kind kind = null;
    for (Kind candidate : Kind.values()) {
      if (candidate.name().toLowerCase(Locale.ROOT).equals(word) && candidate != Kind.NONE) {
        kind = candidate;
      }
    }
    if (kind == null) {
      throw auth.fault("kind", "is unknown", "write bearer, header, query, basic or oauth2");
    }
    String secret = auth.text("secret");
    if (!secret.startsWith("secret://")) {
      throw auth.fault(
          "secret", "is not a reference", "write secret://<name>; the value lives in the vault");
    }
    String name =
        switch (kind) {
          case HEADER, QUERY -> auth.text("name");
          case BASIC -> auth.text("login");
          case OAUTH2 -> auth.text("client_id");
          case NONE, BEARER -> "";
        };
    if (kind == Kind.HEADER && !name.matches("[A-Za-z0-9-]{1,60}")) {
      throw auth.fault("name", "is not a header", "write such as X-Api-Key");
    }
    URI token = kind == Kind.OAUTH2 ? tokenUrl(auth) : null;
    return new RestAuth(kind, name, secret, token, auth.text("scope", ""));
  }

  private static URI tokenUrl(Settings auth) {
    String text = RestSettings.url(auth, "token_url").toString();
    return URI.create(text.substring(0, text.length() - 1));
  }
}
