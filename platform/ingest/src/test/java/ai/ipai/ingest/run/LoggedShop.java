package ai.ipai.ingest.run;

import ai.ipai.connectors.database.DatabaseConnectorType;
import ai.ipai.ingest.definition.ConnectorDefinition;
import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.testing.postgres.TestServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL server whose log is captured, beside the platform's own. */
final class LoggedShop implements AutoCloseable {
  final TestServer server = TestServer.embedded();
  private final DatabaseUrl owner;

  LoggedShop() {
    owner = server.superuserUrl();
    execute(
        """
        create role reader login replication password 'admin';
        grant pg_read_all_data to reader;
        """);
  }

  void execute(String... statements) {
    try (Connection connection = PostgresClient.open(owner, "shop");
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As it was at first. */
  void clear() {
    execute(
        "select pg_drop_replication_slot(slot_name) from pg_replication_slots",
        "drop publication if exists ipai_shop",
        "drop schema public cascade",
        "create schema public",
        "grant usage on schema public to public",
        "alter role reader replication",
        "alter system reset all",
        "select pg_reload_conf()");
  }

  List<List<@Nullable String>> rows(String sql) {
    try (Connection connection = PostgresClient.open(owner, "shop");
        Statement statement = connection.createStatement()) {
      statement.execute("set time zone 'UTC'");
      ResultSet rows = statement.executeQuery(sql);
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

  String value(String sql) {
    return String.valueOf(rows(sql).getFirst().getFirst());
  }

  /** Reads these tables from the log; options by table. */
  ConnectorDefinition definition(
      Map<String, @Nullable Object> log, Map<String, Map<String, @Nullable Object>> tables) {
    Map<String, @Nullable Object> connection = new HashMap<>();
    connection.put("kind", "postgresql");
    connection.put("host", owner.host());
    connection.put("port", (long) owner.port());
    connection.put("database", owner.database());
    connection.put("login", "reader");
    connection.put("secret", "secret://shop/password");
    connection.put("private_addresses", true);
    connection.put("page_size", 50L);
    connection.put("log", log);
    List<Map<String, @Nullable Object>> streams = new ArrayList<>();
    tables.forEach(
        (name, options) -> {
          Map<String, @Nullable Object> stream = new HashMap<>(options);
          stream.put("name", name);
          streams.add(stream);
        });
    return ConnectorDefinition.of(
        "shop",
        Map.of(
            "type",
            "database",
            "connection",
            connection,
            "streams",
            streams,
            "sync",
            Map.of("commit_every", "1ms")));
  }

  static IngestFixture platform() {
    return new IngestFixture(Path.of("."), new DatabaseConnectorType());
  }

  @Override
  public void close() {
    server.close();
  }
}
