package ai.ipai.postgres;

import ai.ipai.spi.error.IpaiException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The parameters that a database URL may carry, in libpq's names, and what they are for the driver.
 * An allow-list: {@code socketFactory}, {@code loggerFile} and their like load classes or write
 * files on behalf of whoever wrote the URL.
 */
enum UrlParameter {
  SSLMODE("sslmode", "sslmode"),
  SSLROOTCERT("sslrootcert", "sslrootcert"),
  SSLCERT("sslcert", "sslcert"),
  SSLKEY("sslkey", "sslkey"),
  SSLNEGOTIATION("sslnegotiation", "sslNegotiation"),
  CHANNEL_BINDING("channel_binding", "channelBinding"),
  CONNECT_TIMEOUT("connect_timeout", "connectTimeout"),
  APPLICATION_NAME("application_name", "ApplicationName"),
  /** Set by Supabase's and Prisma's URLs of a pooler in transaction mode. */
  PGBOUNCER("pgbouncer", ""),
  /** Of Prisma; the pools here have their own size. */
  CONNECTION_LIMIT("connection_limit", "");

  private static final Set<String> SSL_MODES =
      Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

  private final String urlName;
  private final String driverName;

  UrlParameter(String urlName, String driverName) {
    this.urlName = urlName;
    this.driverName = driverName;
  }

  static void check(String name, String value) {
    Optional<UrlParameter> known = find(name);
    if (known.isEmpty()) {
      throw new IpaiException(
              PostgresErrors.BAD_URL, "The database URL has the unknown parameter " + name + ".")
          .hint("Nearest known: " + nearest(name) + ". Known: " + names() + ".");
    }
    if (known.get() == SSLMODE && !SSL_MODES.contains(value)) {
      throw new IpaiException(PostgresErrors.BAD_URL, "The database URL has an unknown sslmode.")
          .hint("One of disable, allow, prefer, require, verify-ca, verify-full.");
    }
    if (known.get() == CONNECT_TIMEOUT && !value.matches("[0-9]{1,5}")) {
      throw new IpaiException(
              PostgresErrors.BAD_URL,
              "connect_timeout in the database URL is no number of seconds.")
          .hint("Write connect_timeout=10");
    }
  }

  static void apply(String name, String value, Properties properties) {
    UrlParameter parameter = find(name).orElseThrow();
    if (parameter == PGBOUNCER) {
      if (value.equals("true")) {
        properties.setProperty("prepareThreshold", "0");
      }
    } else if (parameter == SSLROOTCERT && value.equals("system")) {
      properties.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
    } else if (!parameter.driverName.isEmpty()) {
      properties.setProperty(parameter.driverName, value);
    }
  }

  private static Optional<UrlParameter> find(String name) {
    return Arrays.stream(values()).filter(p -> p.urlName.equals(name)).findFirst();
  }

  private static String names() {
    return Arrays.stream(values()).map(p -> p.urlName).collect(Collectors.joining(", "));
  }

  private static String nearest(String name) {
    return Arrays.stream(values())
        .map(p -> p.urlName)
        .min(Comparator.comparingInt(known -> distance(known, name)))
        .orElseThrow();
  }

  /** Levenshtein. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
