package ai.ipai.ingest.definition;

import ai.ipai.ingest.IngestErrors;
import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.Settings;
import ai.ipai.spi.error.IpaiException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One connector as its file declares it.
 *
 * @param name the file's name without its ending
 * @param type such as {@code odoo}
 * @param domain rows land in {@code bronze_<domain>}
 * @param connection the connector's own settings
 * @param defaults for streams that the file does not name; its name is empty
 * @param streams empty for the connector's choice
 * @param raw the file as mappings, lists and scalars
 */
public record ConnectorDefinition(
    String name,
    String type,
    String domain,
    Map<String, @Nullable Object> connection,
    StreamDefinition defaults,
    List<StreamDefinition> streams,
    Optional<String> schedule,
    Map<String, @Nullable Object> raw) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,62}");
  private static final Pattern DOMAIN = Pattern.compile("[a-z][a-z0-9_]{0,40}");
  private static final Set<String> KEYS =
      Set.of("type", "domain", "description", "connection", "sync", "streams", "schedule");
  private static final Set<String> OWN_KEYS =
      Set.of("name", "mode", "reconcile", "contract", "columns");
  private static final Duration DAILY = Duration.ofHours(24);

  /**
   * Reads the content of a file.
   *
   * @throws IpaiException {@code ING-006} or {@code CON-002}
   */
  public static ConnectorDefinition of(String name, Map<String, ? extends @Nullable Object> file) {
    String place = "connectors/" + name + ".yaml";
    Settings settings = Settings.of(place, file);
    if (!NAME.matcher(name).matches()) {
      throw fault(place, "the name of a connector is lower case letters, digits, _ and -");
    }
    for (String key : settings.values().keySet()) {
      if (!KEYS.contains(key)) {
        throw fault(place, "unknown key " + key);
      }
    }
    String domain = settings.text("domain", name.replace('-', '_'));
    if (!DOMAIN.matcher(domain).matches()) {
      throw fault(place, "domain is not a lower case name");
    }
    StreamDefinition defaults = stream("", settings.mapping("sync"), null);
    List<StreamDefinition> streams = new ArrayList<>();
    if (settings.values().get("streams") instanceof List<?> list) {
      for (Object entry : list) {
        streams.add(entry(place, entry, defaults));
      }
    }
    return new ConnectorDefinition(
        name,
        settings.text("type"),
        domain,
        settings.mapping("connection").values(),
        defaults,
        List.copyOf(streams),
        settings.findText("schedule"),
        settings.values());
  }

  /** The schema that rows land in. */
  public String schema() {
    return "bronze_" + domain;
  }

  /** What the connector itself gets to see. */
  public ConnectorSettings settings() {
    String place = "connectors/" + name + ".yaml";
    return new ConnectorSettings(
        name,
        Settings.of(place + " connection", connection),
        streams.stream()
            .map(
                stream ->
                    new ConnectorSettings.Selection(
                        stream.stream(),
                        Settings.of(place + " stream " + stream.stream(), stream.options())))
            .toList());
  }

  /** How a stream is kept, whether the file names it or not. */
  public StreamDefinition stream(String stream) {
    return streams.stream()
        .filter(candidate -> candidate.stream().equals(stream))
        .findFirst()
        .orElse(defaults.named(stream));
  }

  private static StreamDefinition entry(
      String place, @Nullable Object entry, StreamDefinition defaults) {
    if (entry instanceof String name) {
      return defaults.named(name);
    }
    if (!(entry instanceof Map<?, ?> map)) {
      throw fault(place, "an entry of streams is neither a name nor a mapping with a name");
    }
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    map.forEach((key, value) -> values.put(String.valueOf(key), value));
    Settings settings = Settings.of(place + " streams", values);
    return stream(settings.text("name"), settings, defaults);
  }

  private static StreamDefinition stream(
      String name, Settings settings, @Nullable StreamDefinition defaults) {
    Map<String, @Nullable Object> options = new LinkedHashMap<>(settings.values());
    options.keySet().removeAll(OWN_KEYS);
    SyncMode inherited = defaults == null ? null : defaults.mode();
    Duration every = defaults == null ? DAILY : defaults.reconcileEvery();
    return new StreamDefinition(
        name,
        settings.findText("mode").map(word -> mode(settings, word)).orElse(inherited),
        settings.duration("reconcile", every),
        Contract.of(settings, defaults == null ? Contract.EVOLVING : defaults.contract()),
        name.isEmpty() ? ColumnRules.ALL : ColumnRules.of(settings),
        options);
  }

  private static SyncMode mode(Settings settings, String word) {
    for (SyncMode mode : SyncMode.values()) {
      if (mode.word().equals(word.toLowerCase(Locale.ROOT))) {
        return mode;
      }
    }
    throw settings.fault(
        "mode", "is not a sync mode", "full_refresh, append, merge, cdc or history");
  }

  private static IpaiException fault(String place, String message) {
    return new IpaiException(IngestErrors.DEFINITION, place + ": " + message)
        .fact("file", place)
        .hint("see docs/reference/connectors.md");
  }
}
