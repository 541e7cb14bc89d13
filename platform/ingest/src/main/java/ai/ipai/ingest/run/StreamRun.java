package ai.ipai.ingest.run;

import ai.ipai.ingest.definition.StreamDefinition;
import ai.ipai.ingest.filter.ColumnFilter;
import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.StreamDescriptor;
import java.time.Duration;
import java.util.UUID;

/**
 * One stream in one run: what is needed to load it.
 *
 * @param tableName in the schema, where the stream has no table yet and no other has that one
 * @param descriptor as the stream lands, after the filter
 * @param commitEvery batches that come closer together share a transaction
 */
record StreamRun(
    UUID run,
    String connectorName,
    String schema,
    String tableName,
    Connector connector,
    StreamDescriptor descriptor,
    ColumnFilter filter,
    StreamDefinition definition,
    Duration commitEvery,
    SyncOptions options) {}
