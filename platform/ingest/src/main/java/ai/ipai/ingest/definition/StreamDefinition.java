package ai.ipai.ingest.definition;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one stream is to be kept.
 *
 * @param mode null for the best that the stream offers: merge, else append, else full refresh
 * @param reconcileEvery how often what the source does not report is looked for; zero for each run
 * @param contract what the source may change in the table
 * @param columns which of them land, and how
 * @param options the connector's own keys
 */
public record StreamDefinition(
    String stream,
    @Nullable SyncMode mode,
    Duration reconcileEvery,
    Contract contract,
    ColumnRules columns,
    Map<String, @Nullable Object> options) {

  /** The same for a stream that the file only names, or does not name. */
  StreamDefinition named(String other) {
    return new StreamDefinition(other, mode, reconcileEvery, contract, ColumnRules.ALL, Map.of());
  }
}
