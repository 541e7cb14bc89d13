package ai.ipai.governance.workspace;

import ai.ipai.governance.yaml.Faults;
import ai.ipai.governance.yaml.YamlMapping;
import ai.ipai.governance.yaml.YamlNode;
import ai.ipai.spi.connector.ConnectorSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Checks a connector's file against the schemas that its type brings along. */
final class ConnectorChecks {
  /** Keys of a stream that every connector has; the rest is the type's own. */
  private static final List<String> STREAM_KEYS =
      List.of("name", "mode", "reconcile", "contract", "columns");

  private final KnownNames known;
  private final Faults faults;
  private final SchemaLibrary schemas = SchemaLibrary.shipped();

  ConnectorChecks(KnownNames known, Faults faults) {
    this.known = known;
    this.faults = faults;
  }

  void check(Declared connector, String type) {
    ConnectorSpec spec = known.connectorTypes().get(type);
    if (spec == null) {
      return;
    }
    YamlNode connection =
        connector.body().find("connection").orElseGet(() -> emptyAt(connector.body()));
    if (!spec.connectionSchema().isBlank()) {
      schemas.of(spec.connectionSchema()).check(connection, faults);
    }
    if (!spec.streamSchema().isBlank()) {
      SchemaCheck check = schemas.of(spec.streamSchema());
      Trees.mappings(connector.body(), "streams")
          .forEach(stream -> check.check(ownKeys(stream), faults));
    }
  }

  private static YamlMapping emptyAt(YamlMapping body) {
    return new YamlMapping(body.place(), Map.of(), 1);
  }

  private static YamlMapping ownKeys(YamlMapping stream) {
    Map<String, YamlMapping.Entry> own = new LinkedHashMap<>(stream.entries());
    STREAM_KEYS.forEach(own::remove);
    return new YamlMapping(stream.place(), own, stream.size());
  }
}
