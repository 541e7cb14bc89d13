package ai.ipai.connectors.process;

import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.Finding;
import ai.ipai.spi.connector.StreamDescriptor;
import ai.ipai.spi.connector.StreamRequest;
import ai.ipai.spi.error.IpaiException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** One configured program. Each stream is read by a process of its own. */
final class ProcessConnector implements Connector {
  private final Program program;
  private final ConnectorSettings settings;
  private volatile List<Catalog.Entry> known = List.of();

  ProcessConnector(Program program, ConnectorSettings settings) {
    this.program = program;
    this.settings = settings;
  }

  @Override
  public List<Finding> check() {
    try {
      JsonNode status = answer("check", "CONNECTION_STATUS", "connectionStatus");
      return status.path("status").asString("").equals("SUCCEEDED")
          ? List.of()
          : List.of(
              Finding.error(
                  "the program says: "
                      + program
                          .config()
                          .repeatable(status.path("message").asString("it cannot connect")),
                  "correct config: in the connection"));
    } catch (IpaiException failed) {
      if (failed.code().equals(ConnectorErrors.CANCELLED)) {
        throw failed;
      }
      return List.of(Finding.error(String.valueOf(failed.getMessage()), failed.hint()));
    }
  }

  @Override
  public List<StreamDescriptor> discover() {
    return entries().stream()
        .map(Catalog.Entry::stream)
        .filter(
            stream -> settings.streams().isEmpty() || settings.selection(stream.name()).isPresent())
        .toList();
  }

  private List<Catalog.Entry> entries() {
    known = Catalog.parse(answer("discover", "CATALOG", "catalog"));
    return known;
  }

  private JsonNode answer(String verb, String type, String member) {
    try (Conversation said = program.start(verb, Map.of())) {
      JsonNode found = null;
      for (Optional<JsonNode> m = said.next(); m.isPresent(); m = said.next()) {
        if (m.get().path("type").asString("").equals(type)) {
          found = m.get().path(member);
        }
      }
      if (found == null) {
        throw new IpaiException(
                ConnectorErrors.ANSWER, "program " + program.name() + " gives no " + type)
            .hint("does it speak the Airbyte protocol?");
      }
      return found;
    }
  }

  @Override
  public BatchReader open(StreamRequest request) {
    List<Catalog.Entry> entries = known.isEmpty() ? entries() : known;
    Catalog.Entry entry =
        entries.stream()
            .filter(candidate -> candidate.stream().name().equals(request.stream()))
            .findFirst()
            .orElseThrow(
                () ->
                    new IpaiException(
                            ConnectorErrors.STREAM_NOT_FOUND,
                            "the program has no stream " + request.stream())
                        .hint("./ipai sync CONNECTOR lists the streams"));
    ProcessCursor from = ProcessCursor.parse(request.from());
    Map<String, String> files = new LinkedHashMap<>();
    files.put("catalog", Catalog.configured(entry));
    from.state().ifPresent(state -> files.put("state", state));
    return new ProcessReader(program.start("read", files), entry.stream(), from);
  }

  @Override
  public void close() {}
}
