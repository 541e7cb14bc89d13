package ai.ipai.postgres;

import ai.ipai.spi.error.IpaiException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Where one database is and who connects to it. Read from {@code postgres://}, {@code
 * postgresql://} or {@code jdbc:postgresql://} with percent-encoding as RFC 3986 has it. {@link
 * #toString()} never shows the password; only {@link #revealed()} does.
 *
 * <p>Of the parameters only those in {@link UrlParameter} are accepted: others of the driver load
 * classes or write files.
 */
public final class DatabaseUrl {
  private final String host;
  private final int port;
  private final String database;
  private final String user;
  private final @Nullable String password;
  private final Map<String, String> parameters;

  private DatabaseUrl(
      String host,
      int port,
      String database,
      String user,
      @Nullable String password,
      Map<String, String> parameters) {
    this.host = host;
    this.port = port;
    this.database = database;
    this.user = user;
    this.password = password;
    this.parameters = Map.copyOf(parameters);
  }

  public static DatabaseUrl of(
      String host, int port, String database, String user, @Nullable String password) {
    return new DatabaseUrl(Objects.requireNonNull(host), port, database, user, password, Map.of());
  }

  /** Errors: {@code PG-006}; the text of the URL is never part of the message. */
  public static DatabaseUrl parse(String text) {
    String rest = text.strip();
    if (rest.startsWith("jdbc:")) {
      rest = rest.substring("jdbc:".length());
    }
    int scheme = rest.indexOf("://");
    String name = scheme < 0 ? "" : rest.substring(0, scheme);
    if (!name.equals("postgres") && !name.equals("postgresql")) {
      throw bad("it does not start with postgres:// or postgresql://");
    }
    return parseAfterScheme(rest.substring(scheme + 3));
  }

  private static DatabaseUrl parseAfterScheme(String text) {
    int fragment = text.indexOf('#');
    if (fragment >= 0) {
      throw bad("it holds a #; write it as %23 when it belongs to the password");
    }
    int question = text.indexOf('?');
    String query = question < 0 ? "" : text.substring(question + 1);
    String path = question < 0 ? text : text.substring(0, question);
    int slash = path.indexOf('/');
    String authority = slash < 0 ? path : path.substring(0, slash);
    String database = slash < 0 ? "" : decode(path.substring(slash + 1));
    int at = authority.lastIndexOf('@');
    String login = at < 0 ? "" : authority.substring(0, at);
    String server = at < 0 ? authority : authority.substring(at + 1);
    int colon = login.indexOf(':');
    Map<String, String> parameters = parameters(query);
    String user = decode(colon < 0 ? login : login.substring(0, colon));
    String password = colon < 0 ? null : decode(login.substring(colon + 1));
    if (user.isEmpty()) {
      user = Objects.requireNonNullElse(parameters.remove("user"), "");
    }
    if (password == null) {
      password = parameters.remove("password");
    }
    if (user.isEmpty()) {
      throw bad("it names no user; write postgresql://USER:PASSWORD@HOST:PORT/DATABASE");
    }
    HostPort hostPort = HostPort.parse(server);
    return new DatabaseUrl(
        hostPort.host(),
        hostPort.port(),
        database.isEmpty() ? "postgres" : database,
        user,
        password,
        parameters);
  }

  private static Map<String, String> parameters(String query) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String pair : query.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
      if (!name.equals("user") && !name.equals("password")) {
        UrlParameter.check(name, value);
      }
      parameters.put(name, value);
    }
    return parameters;
  }

  private record HostPort(String host, int port) {
    static HostPort parse(String text) {
      if (text.indexOf(',') >= 0) {
        throw bad("it names several hosts; name one");
      }
      int bracket = text.indexOf(']');
      int colon = text.indexOf(':', Math.max(bracket, 0));
      String host = colon < 0 ? text : text.substring(0, colon);
      String port = colon < 0 ? "" : text.substring(colon + 1);
      if (host.isEmpty()) {
        throw bad("it names no host");
      }
      if (host.startsWith("[") != (bracket >= 0) || (bracket >= 0 && !host.endsWith("]"))) {
        throw bad("its host is neither a name nor an address");
      }
      host = bracket >= 0 ? host.substring(1, host.length() - 1) : decode(host);
      return new HostPort(host, port.isEmpty() ? 5432 : parsePort(port));
    }

    private static int parsePort(String text) {
      try {
        int port = Integer.parseInt(text);
        if (port >= 1 && port <= 65535) {
          return port;
        }
      } catch (NumberFormatException notANumber) {
        throw bad("its port is not a number; a : or @ in the password is written %3A or %40");
      }
      throw bad("its port is not between 1 and 65535");
    }
  }

  private static String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] source = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(source.length);
    for (int i = 0; i < source.length; i++) {
      if (source[i] != '%') {
        bytes.put(source[i]);
        continue;
      }
      int high = i + 2 < source.length ? Character.digit(source[i + 1], 16) : -1;
      int low = i + 2 < source.length ? Character.digit(source[i + 2], 16) : -1;
      if (high < 0 || low < 0) {
        throw bad("a % is not followed by two hexadecimal digits; a % itself is written %25");
      }
      bytes.put((byte) (high * 16 + low));
      i += 2;
    }
    try {
      String decoded = StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
      if (decoded.indexOf('\0') >= 0) {
        throw bad("it holds %00");
      }
      return decoded;
    } catch (CharacterCodingException notUtf8) {
      throw bad("its percent-encoding is not UTF-8");
    }
  }

  private static IpaiException bad(String reason) {
    return new IpaiException(
            PostgresErrors.BAD_URL, "The database URL cannot be read: " + reason + ".")
        .hint("Write postgresql://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=require");
  }

  public String host() {
    return host;
  }

  public int port() {
    return port;
  }

  public String database() {
    return database;
  }

  public String user() {
    return user;
  }

  public @Nullable String password() {
    return password;
  }

  /** By name as written in the URL, without user and password. */
  public Map<String, String> parameters() {
    return parameters;
  }

  public DatabaseUrl withDatabase(String name) {
    return new DatabaseUrl(host, port, name, user, password, parameters);
  }

  /**
   * The same database for another login. Supabase's pooler finds the project in the user name
   * ({@code postgres.projectref}), so there the suffix stays.
   */
  public DatabaseUrl withLogin(String role, String newPassword) {
    int dot = user.indexOf('.');
    String name = isSupabasePooler() && dot > 0 ? role + user.substring(dot) : role;
    return new DatabaseUrl(host, port, database, name, newPassword, parameters);
  }

  /** The role that the server sees: the user, without the project suffix of Supabase's pooler. */
  public String role() {
    int dot = user.indexOf('.');
    return isSupabasePooler() && dot > 0 ? user.substring(0, dot) : user;
  }

  private boolean isSupabasePooler() {
    return host.endsWith(".pooler.supabase.com");
  }

  /** Without login and parameters: those are in {@link #driverProperties()}. */
  public String jdbcUrl() {
    return "jdbc:postgresql://" + bracketed() + ":" + port + "/" + encode(database);
  }

  /** Login, TLS and everything else for the driver. Holds the password: never print it. */
  public Properties driverProperties() {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    if (password != null) {
      properties.setProperty("password", password);
    }
    parameters.forEach((name, value) -> UrlParameter.apply(name, value, properties));
    if (isSupabasePooler() && port == 6543) {
      properties.setProperty("prepareThreshold", "0");
    }
    return properties;
  }

  /** With the password, for the owner of the machine: {@code ipai status}, a client's command. */
  public String revealed() {
    String secret = password == null ? "" : ":" + encode(password);
    return text(secret);
  }

  /** With the password hidden. */
  @Override
  public String toString() {
    return text(password == null ? "" : ":***");
  }

  private String text(String secret) {
    StringBuilder text = new StringBuilder("postgresql://");
    text.append(encode(user)).append(secret).append('@');
    text.append(bracketed()).append(':').append(port).append('/').append(encode(database));
    char separator = '?';
    for (String name : parameters.keySet().stream().sorted().toList()) {
      text.append(separator)
          .append(name)
          .append('=')
          .append(encode(parameters.getOrDefault(name, "")));
      separator = '&';
    }
    return text.toString();
  }

  private String bracketed() {
    return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
  }

  private static String encode(String text) {
    StringBuilder encoded = new StringBuilder(text.length());
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain = (c < 128 && Character.isLetterOrDigit(c)) || "-._~".indexOf(c) >= 0;
      if (plain) {
        encoded.append(c);
      } else {
        encoded.append('%');
        encoded.append(Character.toUpperCase(Character.forDigit(c >> 4, 16)));
        encoded.append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
      }
    }
    return encoded.toString();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DatabaseUrl that && revealed().equals(that.revealed());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }
}
