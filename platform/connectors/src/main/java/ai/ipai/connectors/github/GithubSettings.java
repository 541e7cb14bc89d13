package ai.ipai.connectors.github;

import ai.ipai.connectors.http.RequestLimits;
import ai.ipai.spi.connector.Settings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The {@code connection} of a GitHub connector.
 *
 * @param url of the API, with a slash at its end
 * @param secret reference of a token; without one GitHub allows 60 requests an hour
 * @param overlap how far before the last reading changes are looked for again: runs and deployments
 *     change long after they began
 */
record GithubSettings(
    URI url,
    List<String> repositories,
    Optional<String> secret,
    int pageSize,
    Duration overlap,
    boolean privateAddresses,
    RequestLimits limits) {

  static GithubSettings of(Settings connection) {
    String url = connection.text("url", "https://api.github.com");
    URI uri;
    try {
      uri = URI.create(url.endsWith("/") ? url : url + "/");
    } catch (IllegalArgumentException e) {
      throw connection.fault("url", "is not an address", "write such as https://api.github.com");
    }
    List<String> repositories = connection.texts("repositories");
    if (repositories.isEmpty()) {
      throw connection.fault("repositories", "is missing", "write a list of owner/name");
    }
    for (String repository : repositories) {
      if (!repository.matches("[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")) {
        throw connection.fault(
            "repositories", "holds something else than owner/name", "owner/name");
      }
    }
    Optional<String> secret = connection.findText("secret");
    if (secret.isPresent() && !secret.get().startsWith("secret://")) {
      throw connection.fault(
          "secret", "is not a reference", "write secret://<name>; the value lives in the vault");
    }
    return new GithubSettings(
        uri,
        repositories,
        secret,
        Math.toIntExact(Math.clamp(connection.integer("page_size", 100), 1, 100)),
        connection.duration("overlap", Duration.ofDays(7)),
        connection.flag("private_addresses", false),
        RequestLimits.of(connection));
  }
}
