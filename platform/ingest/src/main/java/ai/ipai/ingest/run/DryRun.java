package ai.ipai.ingest.run;

import ai.ipai.ingest.definition.ConnectorDefinition;
import ai.ipai.ingest.filter.ColumnFilter;
import ai.ipai.ingest.name.BronzeName;
import ai.ipai.spi.connector.BatchReader;
import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.JsonText;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.SourceRow;
import ai.ipai.spi.connector.StreamDescriptor;
import ai.ipai.spi.connector.StreamRequest;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reads the first rows of streams and stores nothing. Whatever a secret resolved to is taken out of
 * what is shown, wherever the source repeats it.
 */
final class DryRun {
  private static final String NULL = "∅";
  private static final String HIDDEN = "***";
  private static final int LEAST_SECRET_CHARS = 4;

  private final UnaryOperator<String> secrets;
  private final Set<String> resolved = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedQueue<String> requests = new ConcurrentLinkedQueue<>();

  DryRun(UnaryOperator<String> secrets) {
    this.secrets = secrets;
  }

  /** The connector's secrets; their values are remembered. */
  String secret(String reference) {
    String value = secrets.apply(reference);
    if (value.length() >= LEAST_SECRET_CHARS) {
      resolved.add(value);
      String encoded = URLEncoder.encode(value, StandardCharsets.UTF_8);
      resolved.add(encoded);
      resolved.add(encoded.replace("+", "%20"));
    }
    return value;
  }

  void heard(String request) {
    requests.add(request);
  }

  List<StreamPreview> of(
      Connector connector,
      ConnectorDefinition definition,
      List<StreamDescriptor> streams,
      int rows) {
    List<StreamPreview> previews = new ArrayList<>();
    for (StreamDescriptor stream : streams) {
      previews.add(preview(connector, definition, stream, rows));
    }
    return previews;
  }

  private StreamPreview preview(
      Connector connector, ConnectorDefinition definition, StreamDescriptor stream, int most) {
    List<List<String>> rows = new ArrayList<>();
    List<SourceColumn> columns = new ArrayList<>();
    Optional<IpaiException> error = Optional.empty();
    try {
      ColumnFilter filter =
          ColumnFilter.of(definition.stream(stream.name()).columns(), stream, this::secret);
      columns.addAll(filter.apply(stream).columns());
      StreamRequest first = new StreamRequest(stream.name(), ReadMode.SNAPSHOT, null);
      try (BatchReader reader = connector.open(first)) {
        RecordBatch batch = reader.next();
        while (batch != null && rows.size() < most) {
          RecordBatch landing = filter.apply(batch);
          columns.clear();
          columns.addAll(landing.columns());
          for (SourceRow row : landing.rows()) {
            if (rows.size() < most) {
              rows.add(texts(row));
            }
          }
          batch = rows.size() < most ? reader.next() : null;
        }
      }
    } catch (RuntimeException failure) {
      error = Optional.of(StreamSync.describe(failure, stream.name()));
    }
    List<String> asked = new ArrayList<>();
    for (String request = requests.poll(); request != null; request = requests.poll()) {
      asked.add(scrubbed(request));
    }
    return new StreamPreview(
        stream.name(),
        QualifiedName.of(definition.schema(), BronzeName.of(stream.name())),
        columns,
        rows,
        asked,
        error);
  }

  private List<String> texts(SourceRow row) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < row.width(); i++) {
      @Nullable Object value = row.value(i);
      texts.add(
          switch (value) {
            case null -> NULL;
            case JsonText json -> scrubbed(json.json());
            case byte[] bytes -> bytes.length + " bytes";
            default -> scrubbed(value.toString());
          });
    }
    return texts;
  }

  private String scrubbed(String text) {
    String clean = text;
    for (String secret : resolved) {
      clean = clean.replace(secret, HIDDEN);
    }
    return clean;
  }
}
