package ai.ipai.connectors.rest;

import ai.ipai.connectors.http.RequestLimits;
import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.Settings;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A whole file of an HTTP connector.
 *
 * @param url ends with a slash
 * @param streams by name
 */
record RestSettings(
    URI url,
    RestAuth auth,
    Map<String, String> headers,
    RequestLimits limits,
    boolean privateAddresses,
    Duration timeout,
    Map<String, RestStream> streams) {
  private static final Set<String> OURS =
      Set.of(
          "authorization", "host", "content-length", "connection", "cookie", "transfer-encoding");

  static RestSettings of(ConnectorSettings settings) {
    Settings connection = settings.connection();
    Map<String, RestStream> streams = new TreeMap<>();
    for (ConnectorSettings.Selection selection : settings.streams()) {
      streams.put(selection.stream(), RestStream.of(selection.stream(), selection.options()));
    }
    if (streams.isEmpty()) {
      throw connection.fault("streams", "is missing", "name at least one stream with its path");
    }
    for (RestStream stream : streams.values()) {
      RestStream.Parent parent = stream.parent();
      if (parent != null) {
        RestStream of = streams.get(parent.stream());
        if (of == null || of.parent() != null || !of.fields().containsKey(parent.field())) {
          throw connection.fault(
              "streams " + stream.name() + " parent",
              "is no stream of this file with that field, or has a parent itself",
              "name a stream and one of its fields");
        }
      }
    }
    return new RestSettings(
        url(connection, "url"),
        RestAuth.of(connection.mapping("auth")),
        headers(connection.mapping("headers")),
        RequestLimits.of(connection),
        connection.flag("private_addresses", false),
        connection.duration("timeout", Duration.ofMinutes(1)),
        streams);
  }

  static URI url(Settings settings, String key) {
    String text = settings.text(key);
    try {
      URI url = URI.create(text.endsWith("/") ? text : text + "/");
      boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (http && url.getHost() != null && url.getUserInfo() == null && url.getQuery() == null) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw settings.fault(key, "is not a plain address", "write such as https://api.example.com/v1");
  }

  private static Map<String, String> headers(Settings headers) {
    Map<String, String> checked = new LinkedHashMap<>();
    for (String name : headers.values().keySet()) {
      if (!name.matches("[A-Za-z0-9-]{1,60}") || OURS.contains(name.toLowerCase(Locale.ROOT))) {
        throw headers.fault(name, "is not a header to set here", "logins belong to auth");
      }
      checked.put(name, headers.text(name));
    }
    return checked;
  }
}
