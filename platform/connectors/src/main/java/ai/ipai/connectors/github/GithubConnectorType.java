package ai.ipai.connectors.github;

import ai.ipai.connectors.http.RequestLimits;
import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.ConnectorContext;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.ConnectorSpec;
import ai.ipai.spi.connector.ConnectorType;
import ai.ipai.spi.connector.Finding;
import ai.ipai.spi.connector.StreamDescriptor;
import ai.ipai.spi.connector.StreamRequest;
import ai.ipai.spi.error.IpaiException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** {@code type: github}. */
public final class GithubConnectorType implements ConnectorType {
  private static final String CONNECTION =
      """
      {
        "type": "object",
        "required": ["repositories"],
        "additionalProperties": false,
        "properties": {
          "url": {"type": "string", "format": "uri", "default": "https://api.github.com"},
          "repositories": {"type": "array", "items": {"type": "string", "pattern": "^[^/]+/[^/]+$"}},
          "secret": {"type": "string", "pattern": "^secret://"},
          "page_size": {"type": "integer", "minimum": 1, "maximum": 100, "default": 100},
          %s,
          "overlap": {"type": "string", "default": "7d"},
          "private_addresses": {"type": "boolean", "default": false}
        }
      }
      """
          .formatted(RequestLimits.SCHEMA);

  @Override
  public ConnectorSpec spec() {
    return new ConnectorSpec("github", "GitHub", CONNECTION, "{\"type\": \"object\"}", true);
  }

  @Override
  public Connector open(ConnectorSettings settings, ConnectorContext context) {
    GithubSettings github = GithubSettings.of(settings.connection());
    List<GithubStream> streams = new ArrayList<>();
    for (ConnectorSettings.Selection selection : settings.streams()) {
      streams.add(stream(selection.stream()));
    }
    GithubApi api =
        new GithubApi(github, context.secrets(), context.clock(), context.cancellation());
    return new GithubConnector(
        github,
        streams.isEmpty() ? List.of(GithubStream.values()) : streams,
        api,
        context.cancellation());
  }

  private static GithubStream stream(String name) {
    GithubStream stream = GithubStream.of(name);
    if (stream == null) {
      throw new IpaiException(ConnectorErrors.STREAM_NOT_FOUND, "GitHub has no stream " + name)
          .fact("stream", name)
          .hint("streams: " + String.join(", ", GithubStream.names()));
    }
    return stream;
  }

  private record GithubConnector(
      GithubSettings settings, List<GithubStream> streams, GithubApi api, Cancellation cancellation)
      implements Connector {
    @Override
    public List<Finding> check() {
      List<Finding> findings = new ArrayList<>();
      for (String repository : settings.repositories()) {
        try {
          api.get("repos/" + repository + "/releases?per_page=1");
        } catch (IpaiException e) {
          findings.add(
              Finding.error(repository + ": " + e.code().id() + " " + e.getMessage(), e.hint()));
        }
      }
      if (settings.secret().isEmpty()) {
        findings.add(
            Finding.warning(
                "without a token GitHub allows 60 requests an hour", "name one under secret"));
      }
      return findings;
    }

    @Override
    public List<StreamDescriptor> discover() {
      return streams.stream()
          .map(GithubStream::descriptor)
          .sorted(Comparator.comparing(StreamDescriptor::name))
          .toList();
    }

    @Override
    public BatchReader open(StreamRequest request) {
      return new CollectionReader(api, settings, stream(request.stream()), request, cancellation);
    }

    @Override
    public void close() {
      api.close();
    }
  }
}
