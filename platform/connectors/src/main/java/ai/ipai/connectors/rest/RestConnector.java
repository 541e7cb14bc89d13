package ai.ipai.connectors.rest;

import ai.ipai.connectors.rest.RestStream.Parent;
import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.Finding;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.connector.StreamDescriptor;
import ai.ipai.spi.connector.StreamRequest;
import ai.ipai.spi.error.IpaiException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** One API, as its file describes it. */
final class RestConnector implements Connector {
  private final RestSettings settings;
  private final RestApi api;
  private final Cancellation cancellation;

  RestConnector(RestSettings settings, RestApi api, Cancellation cancellation) {
    this.settings = settings;
    this.api = api;
    this.cancellation = cancellation;
  }

  /** Asks for the first page of each stream, as its first reading would. */
  @Override
  public List<Finding> check() {
    List<Finding> findings = new ArrayList<>();
    for (RestStream stream : settings.streams().values()) {
      if (stream.parent() == null) {
        look(stream, findings);
      }
    }
    return findings;
  }

  private void look(RestStream stream, List<Finding> findings) {
    StreamRequest first = new StreamRequest(stream.name(), ReadMode.SNAPSHOT, null);
    try (BatchReader reader = open(first)) {
      RecordBatch batch = reader.next();
      List<String> columns = stream.columns().stream().map(column -> column.name()).toList();
      if (batch == null || batch.rows().isEmpty()) {
        return;
      }
      lookAhead(stream, batch, columns, findings);
      SourceRow row = batch.rows().getFirst();
      for (String key : stream.key()) {
        if (row.value(columns.indexOf(key)) == null) {
          findings.add(
              Finding.error(
                  "records of %s have no %s".formatted(stream.name(), key),
                  "set key to fields that every record has"));
        }
      }
    } catch (IpaiException e) {
      findings.add(Finding.error(e.code().id() + " " + e.getMessage(), e.hint()));
    }
  }

  private void lookAhead(
      RestStream stream, RecordBatch batch, List<String> columns, List<Finding> findings) {
    RestStream.Changes changes = stream.changes();
    if (changes == null) {
      return;
    }
    int column = columns.indexOf(changes.field());
    for (SourceRow row : batch.rows()) {
      if (row.value(column) instanceof Instant time && time.isAfter(api.now())) {
        findings.add(
            Finding.warning(
                "%s of some records of %s is ahead of the server's clock"
                    .formatted(changes.field(), stream.name()),
                "correct it at the source; until then these records are read by every run"));
        return;
      }
    }
  }

  @Override
  public List<StreamDescriptor> discover() {
    return settings.streams().values().stream().map(RestStream::descriptor).toList();
  }

  @Override
  public BatchReader open(StreamRequest request) {
    RestStream stream = settings.streams().get(request.stream());
    if (stream == null) {
      throw new IpaiException(
              ConnectorErrors.STREAM_NOT_FOUND, "the file describes no stream " + request.stream())
          .fact("stream", request.stream())
          .hint("streams: " + String.join(", ", settings.streams().keySet()));
    }
    if (!stream.descriptor().modes().contains(request.mode())) {
      throw new IpaiException(
              ConnectorErrors.MODE, "stream %s tells no changes".formatted(request.stream()))
          .hint("describe how to ask for them: changes");
    }
    return new RestReader(api, stream, parents(stream), cancellation, request);
  }

  /** Every parent, also where only changes are read: a child changes without its parent. */
  private List<String> parents(RestStream stream) {
    Parent parent = stream.parent();
    if (parent == null) {
      return List.of("");
    }
    RestStream of = Objects.requireNonNull(settings.streams().get(parent.stream()));
    int column = of.columns().stream().map(c -> c.name()).toList().indexOf(parent.field());
    Set<String> values = new LinkedHashSet<>();
    StreamRequest all = new StreamRequest(of.name(), ReadMode.SNAPSHOT, null);
    try (BatchReader reader = new RestReader(api, of, List.of(""), cancellation, all)) {
      for (RecordBatch batch = reader.next(); batch != null; batch = reader.next()) {
        for (SourceRow row : batch.rows()) {
          Object value = row.value(column);
          if (value != null) {
            values.add(value.toString());
          }
        }
      }
    }
    return List.copyOf(values);
  }

  @Override
  public void close() {
    api.close();
  }
}
