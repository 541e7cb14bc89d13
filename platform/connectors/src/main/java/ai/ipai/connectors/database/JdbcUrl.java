package ai.ipai.connectors.database;

import ai.ipai.connectors.database.DatabaseSettings.Kind;
import ai.ipai.spi.connector.Settings;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address of a database.
 *
 * @param text as the driver wants it, without options
 * @param product the word after {@code jdbc:}
 * @param host empty where the address has none, such as a file's
 */
record JdbcUrl(String text, String product, String host, int port) {
  private static final Pattern HOST =
      Pattern.compile("[A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}]");
  private static final Pattern NAME = Pattern.compile("[^/?#&;\\\\%\\s\\p{Cntrl}]{1,63}");
  private static final Pattern URL =
      Pattern.compile("jdbc:([a-z0-9]{1,30}):([^?;&#\\s\\p{Cntrl}\\\\]{1,500})");
  private static final String WORDS = "(?:[a-z0-9]{1,20}:){0,3}";

  /** One host, right behind the only {@code //} or {@code @}. */
  private static final Pattern PLACE =
      Pattern.compile(
          WORDS
              + "(?:@//|//|@)([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::(\\d{1,5}))?"
              + "(?:(?=[/:])(?:(?!//)[^@])*)?");

  private static final Pattern LOGIN = Pattern.compile("(?!" + WORDS + "@[^@]*$).*@.*");

  static JdbcUrl of(Kind kind, Settings connection) {
    if (kind == Kind.JDBC) {
      return generic(connection);
    }
    if (connection.findText("url").isPresent()) {
      throw connection.fault(
          "url", "belongs to kind: jdbc", "write host, port and database instead");
    }
    String host = connection.text("host");
    if (!HOST.matcher(host).matches()) {
      throw connection.fault("host", "is not a host", "write a name or an address, nothing else");
    }
    long port = connection.integer("port", kind == Kind.POSTGRESQL ? 5432 : 3306);
    if (port < 1 || port > 65_535) {
      throw connection.fault("port", "is not within 1 to 65535", "write the server's port");
    }
    String database = connection.text("database");
    if (!NAME.matcher(database).matches()) {
      throw connection.fault(
          "database", "is not a plain name", "options belong to options, not into the name");
    }
    String product = kind == Kind.POSTGRESQL ? "postgresql" : "mariadb";
    return new JdbcUrl(
        "jdbc:" + product + "://" + host + ":" + port + "/" + database,
        product,
        host,
        Math.toIntExact(port));
  }

  private static JdbcUrl generic(Settings connection) {
    String url = connection.text("url");
    Matcher matcher = URL.matcher(url);
    if (!matcher.matches()) {
      throw connection.fault(
          "url", "is not a plain address of a database", "write it without options");
    }
    String product = matcher.group(1).toLowerCase(Locale.ROOT);
    if (product.equals("postgresql") || product.equals("mariadb") || product.equals("mysql")) {
      throw connection.fault("url", "is of a built-in kind", "write kind: " + product);
    }
    String rest = matcher.group(2);
    if (LOGIN.matcher(rest).matches()) {
      throw connection.fault(
          "url", "has more than a host before or behind an @", "login and secret say who reads");
    }
    Matcher place = PLACE.matcher(rest);
    if (!place.matches()) {
      return new JdbcUrl(url, product, "", 0);
    }
    int port = place.group(2) == null ? 0 : Integer.parseInt(place.group(2));
    return new JdbcUrl(url, product, place.group(1), port);
  }
}
