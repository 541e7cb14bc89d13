package ai.ipai.connectors.database;

import ai.ipai.spi.connector.Settings;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Options of JDBC drivers that cannot make the driver load classes, read files, run statements or
 * go to other addresses. Many others can, so what is not listed here is refused.
 */
final class JdbcOptions {
  private static final Map<String, Set<String>> HARMLESS =
      Map.of(
          "postgresql",
          Set.of(
              "sslmode",
              "channelBinding",
              "connectTimeout",
              "socketTimeout",
              "tcpKeepAlive",
              "targetServerType",
              "gssEncMode"),
          "mariadb",
          Set.of("sslMode", "connectTimeout", "socketTimeout", "tcpKeepAlive", "useCompression"),
          "sqlserver",
          Set.of("databaseName", "encrypt", "loginTimeout", "socketTimeout", "applicationIntent"),
          "db2",
          Set.of("sslConnection", "loginTimeout"),
          "hsqldb",
          Set.of("ifexists", "readonly"),
          "sqlite",
          Set.of("open_mode", "busy_timeout"));

  private JdbcOptions() {}

  /**
   * The options, if all are harmless.
   *
   * @throws ai.ipai.spi.error.IpaiException {@code CON-002}
   */
  static Map<String, String> check(String product, Settings options) {
    Set<String> allowed = HARMLESS.getOrDefault(product, Set.of());
    Map<String, String> checked = new TreeMap<>();
    for (String name : options.values().keySet()) {
      if (!allowed.contains(name)) {
        throw options.fault(
            name,
            "is not an option that a connector may set",
            allowed.isEmpty()
                ? "drivers of " + product + " take no options here"
                : "allowed are " + String.join(", ", new TreeSet<>(allowed)));
      }
      checked.put(name, options.text(name));
    }
    return Map.copyOf(checked);
  }
}
