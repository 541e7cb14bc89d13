package ai.ipai.ingest.run;

import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.util.List;
import java.util.Optional;

/**
 * What a first reading of a stream would ask and bring. Secrets stand nowhere in it.
 *
 * @param table where its rows would land
 * @param columns as they would land
 * @param rows the first ones, as text, null as {@code ∅}
 * @param requests in their order, as far as the connector tells of them
 * @param error what ended the reading, if anything did
 */
public record StreamPreview(
    String stream,
    QualifiedName table,
    List<SourceColumn> columns,
    List<List<String>> rows,
    List<String> requests,
    Optional<IpaiException> error) {
  public StreamPreview {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
    requests = List.copyOf(requests);
  }
}
