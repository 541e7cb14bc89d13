package ai.ipai.connectors.database;

import ai.ipai.spi.connector.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The {@code connection} of a database connector.
 *
 * @param url without options and without login
 * @param secret reference of the password, or empty
 * @param options of the driver, all of them harmless
 * @param drivers folder of the workspace
 * @param schemas the first one's tables have bare names; empty for the kind's own choice
 * @param tls as set, or empty
 * @param tlsCa file of the workspace with the certificates to trust, or empty
 * @param isOdoo whether the database is one of Odoo's, of which only some is copied
 */
record DatabaseSettings(
    Kind kind,
    JdbcUrl url,
    String login,
    String secret,
    Map<String, String> options,
    String drivers,
    List<String> schemas,
    int pageSize,
    boolean privateAddresses,
    String tls,
    String tlsCa,
    Duration timeout,
    boolean isOdoo) {

  /** What is spoken. */
  enum Kind {
    POSTGRESQL,
    MARIADB,
    MYSQL,
    JDBC;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static DatabaseSettings of(Settings connection) {
    Kind kind = kind(connection);
    JdbcUrl url = JdbcUrl.of(kind, connection);
    String secret = connection.text("secret", "");
    if (!secret.isEmpty() && !secret.startsWith("secret://")) {
      throw connection.fault(
          "secret", "is not a reference", "write secret://<name>; the value lives in the vault");
    }
    if (kind != Kind.JDBC) {
      connection.text("login");
      connection.text("secret");
    }
    long pageSize = connection.integer("page_size", 10_000);
    if (pageSize < 1 || pageSize > 100_000) {
      throw connection.fault("page_size", "is not within 1 to 100000", "10000 is a good size");
    }
    List<String> schemas = connection.texts("schemas");
    return new DatabaseSettings(
        kind,
        url,
        connection.text("login", ""),
        secret,
        JdbcOptions.check(url.product(), connection.mapping("options")),
        connection.text("drivers", "drivers"),
        schemas,
        Math.toIntExact(pageSize),
        connection.flag("private_addresses", false),
        tls(connection),
        connection.text("tls_ca", ""),
        connection.duration("timeout", Duration.ofMinutes(10)),
        isOdoo(kind, connection));
  }

  private static boolean isOdoo(Kind kind, Settings connection) {
    String preset = connection.text("preset", "");
    if (preset.isEmpty()) {
      return false;
    }
    if (!preset.equals("odoo") || kind != Kind.POSTGRESQL) {
      throw connection.fault(
          "preset", "is not offered by this kind", "odoo, with kind: postgresql, is the only one");
    }
    return true;
  }

  private static String tls(Settings connection) {
    String word = connection.text("tls", "");
    if (!word.isEmpty()) {
      Tls.require(connection, word);
    }
    return word;
  }

  private static Kind kind(Settings connection) {
    String word = connection.text("kind");
    for (Kind kind : Kind.values()) {
      if (kind.word().equals(word)) {
        return kind;
      }
    }
    throw connection.fault("kind", "is unknown", "write postgresql, mariadb, mysql or jdbc");
  }
}
