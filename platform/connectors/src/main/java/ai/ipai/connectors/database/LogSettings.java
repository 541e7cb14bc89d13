package ai.ipai.connectors.database;

import ai.ipai.connectors.database.DatabaseSettings.Kind;
import ai.ipai.spi.connector.Settings;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code log} of the {@code connection}: that changes are read from the server's log, and how.
 *
 * @param slot PostgreSQL's replication slot
 * @param publication PostgreSQL's publication of the selected tables
 * @param mostBytes that the server may hold for us
 * @param serverId by which a binary log's server knows us among its replicas
 */
record LogSettings(String slot, String publication, long mostBytes, long serverId) {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})\\s*(MB|GB|TB)");
  private static final Pattern SLOT = Pattern.compile("[a-z0-9_]{1,63}");
  private static final long LOWEST_SERVER_ID = 1_000_000_000;

  /** Empty if {@code log} is not set. */
  static Optional<LogSettings> of(String connector, Kind kind, Settings connection) {
    Object value = connection.values().get("log");
    if (value == null || "false".equals(value.toString())) {
      return Optional.empty();
    }
    if (kind == Kind.JDBC) {
      throw connection.fault(
          "log", "is not offered by this kind", "set cursor for the streams instead");
    }
    Settings log = value instanceof Map ? connection.mapping("log") : Settings.empty();
    if (!(value instanceof Map) && !value.toString().equals("true")) {
      throw connection.fault("log", "is neither true nor a mapping", "write true");
    }
    String name = "ipai_" + connector.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "_");
    String usual = name.substring(0, Math.min(63, name.length()));
    String slot = log.text("slot", usual);
    if (!SLOT.matcher(slot).matches()) {
      throw log.fault("slot", "is no name of a slot", "lower case letters, digits and _");
    }
    return Optional.of(
        new LogSettings(
            slot,
            log.text("publication", usual),
            bytes(log, log.text("most", "10GB")),
            log.integer("server_id", serverId(connector))));
  }

  /** The same for a connector in every process, and far from the numbers that people give. */
  private static long serverId(String connector) {
    return LOWEST_SERVER_ID + (connector.hashCode() & 0x3fff_ffffL);
  }

  private static long bytes(Settings log, String text) {
    Matcher matcher = SIZE.matcher(text);
    if (!matcher.matches()) {
      throw log.fault("most", "is not a size", "write such as 512MB, 10GB or 1TB");
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "MB" -> count << 20;
      case "GB" -> count << 30;
      default -> count << 40;
    };
  }
}
