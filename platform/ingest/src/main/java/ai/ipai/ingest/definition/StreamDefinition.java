package ai.ipai.ingest.definition;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one stream is to be kept.
 *
 * @param mode null for the best that the stream offers: merge, else append, else full refresh
 * @param reconcileEvery how often what the source does not report is looked for; zero for each run
 * @param options the connector's own keys
 */
public record StreamDefinition(
    String stream,
    @Nullable SyncMode mode,
    Duration reconcileEvery,
    Map<String, @Nullable Object> options) {}
