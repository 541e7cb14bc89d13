package ai.ipai.connectors.odoo;

import ai.ipai.connectors.http.RequestLimits;
import ai.ipai.spi.connector.Settings;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The {@code connection} of an Odoo connector.
 *
 * @param secret reference of password or API key
 * @param lag how far behind the server's clock a window of changes ends
 * @param overlap how much of the last window is read again: at least the longest transaction
 * @param sweepEachRun whether each run compares ids to find deletions, and not only a
 *     reconciliation
 * @param fields additions and removals for every stream
 * @param protocol auto, jsonrpc, xmlrpc or json2
 * @param readAhead pages of one stream that are asked for at a time
 * @param write the fields that may be written, by model; none if empty
 */
record OdooSettings(
    URI url,
    String database,
    String login,
    String secret,
    String language,
    int pageSize,
    Duration lag,
    Duration overlap,
    boolean sweepEachRun,
    List<String> fields,
    boolean privateAddresses,
    Duration timeout,
    Map<String, List<String>> write,
    String protocol,
    int readAhead,
    RequestLimits limits) {

  static OdooSettings of(Settings connection) {
    String url = connection.text("url");
    URI uri;
    try {
      uri = URI.create(url.endsWith("/") ? url : url + "/");
    } catch (IllegalArgumentException e) {
      throw connection.fault("url", "is not an address", "write such as https://odoo.example.com");
    }
    if (uri.getHost() == null) {
      throw connection.fault("url", "has no host", "write such as https://odoo.example.com");
    }
    String secret = connection.text("secret");
    if (!secret.startsWith("secret://")) {
      throw connection.fault(
          "secret", "is not a reference", "write secret://<name>; the value lives in the vault");
    }
    long pageSize = connection.integer("page_size", 1000);
    if (pageSize < 1 || pageSize > 10_000) {
      throw connection.fault("page_size", "is not within 1 to 10000", "1000 to 2000 is best");
    }
    String deletes = connection.text("deletes", "each_run");
    if (!deletes.equals("each_run") && !deletes.equals("reconcile")) {
      throw connection.fault("deletes", "is unknown", "write each_run or reconcile");
    }
    return new OdooSettings(
        uri,
        connection.text("database"),
        connection.text("login"),
        secret,
        connection.text("language", "en_US"),
        Math.toIntExact(pageSize),
        connection.duration("lag", Duration.ofSeconds(10)),
        connection.duration("overlap", Duration.ofMinutes(15)),
        deletes.equals("each_run"),
        connection.texts("fields"),
        connection.flag("private_addresses", false),
        connection.duration("timeout", Duration.ofMinutes(2)),
        write(connection.mapping("write")),
        protocol(connection),
        readAhead(connection),
        RequestLimits.of(connection));
  }

  private static int readAhead(Settings connection) {
    long pages = connection.integer("read_ahead", 2);
    if (pages < 1 || pages > 16) {
      throw connection.fault("read_ahead", "is not within 1 to 16", "2, or more for many workers");
    }
    return Math.toIntExact(pages);
  }

  private static String protocol(Settings connection) {
    String protocol = connection.text("protocol", "auto");
    if (!List.of("auto", "jsonrpc", "xmlrpc", "json2").contains(protocol)) {
      throw connection.fault("protocol", "is unknown", "write auto, jsonrpc, xmlrpc or json2");
    }
    return protocol;
  }

  private static Map<String, List<String>> write(Settings models) {
    Map<String, List<String>> write = new LinkedHashMap<>();
    models.values().keySet().forEach(model -> write.put(model, models.texts(model)));
    return Map.copyOf(write);
  }
}
