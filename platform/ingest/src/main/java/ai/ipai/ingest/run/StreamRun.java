package ai.ipai.ingest.run;

import ai.ipai.ingest.definition.StreamDefinition;
import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.StreamDescriptor;
import java.util.UUID;

/** One stream in one run: what is needed to load it. */
record StreamRun(
    UUID run,
    String connectorName,
    String schema,
    Connector connector,
    StreamDescriptor descriptor,
    StreamDefinition definition,
    SyncOptions options) {}
