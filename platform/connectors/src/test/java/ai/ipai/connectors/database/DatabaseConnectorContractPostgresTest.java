package ai.ipai.connectors.database;

import ai.ipai.spi.connector.ConnectorSettings;
import ai.ipai.spi.connector.ConnectorType;
import ai.ipai.spi.connector.Settings;
import ai.ipai.testing.connector.ConnectorContractTest;
import ai.ipai.testing.postgres.TestDatabase;
import ai.ipai.testing.postgres.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

@Tag("REQ-CON-080")
class DatabaseConnectorContractPostgresTest extends ConnectorContractTest {
  private TestDatabase database;

  @BeforeEach
  void start() throws SQLException {
    database = TestPostgres.createEmpty();
    execute(
        """
        create table public.orders (id bigint primary key, note text,
          updated_at timestamptz not null default now());
        insert into orders select i, 'note ' || i, '2026-01-01 10:00:00+08' from generate_series(1, 40) i;
        create table public.nothing (id int primary key);
        """);
  }

  @AfterEach
  void stop() {
    database.close();
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.owner();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  protected ConnectorType type() {
    return new DatabaseConnectorType();
  }

  @Override
  protected ConnectorSettings settings() {
    return with(Map.of());
  }

  private ConnectorSettings with(Map<String, ?> other) {
    Map<String, @Nullable Object> connection = new HashMap<>();
    connection.put("kind", "postgresql");
    connection.put("host", database.url().host());
    connection.put("port", database.url().port());
    connection.put("database", database.url().database());
    connection.put("login", database.url().user());
    connection.put("secret", "secret://shop/password");
    connection.put("page_size", 7);
    connection.put("private_addresses", true);
    connection.putAll(other);
    return new ConnectorSettings(
        "test",
        Settings.of("test", connection),
        List.of(
            new ConnectorSettings.Selection(
                "orders", Settings.of("orders", Map.of("cursor", "updated_at"))),
            new ConnectorSettings.Selection("nothing", Settings.empty())));
  }

  @Override
  protected String secret(String reference) {
    return String.valueOf(database.url().password());
  }

  @Override
  protected Map<String, ConnectorSettings> wrongSettings() {
    return Map.of(
        "kind", with(Map.of("kind", "access")),
        "host", with(Map.of("host", "no host")),
        "port", with(Map.of("port", 1)),
        "database", with(Map.of("database", "nosuch")),
        "login", with(Map.of("login", "nobody")),
        "private address", with(Map.of("private_addresses", false)),
        "secret", with(Map.of("secret", "hunter2")),
        "options", with(Map.of("options", Map.of("socketFactory", "x"))),
        "schemas", with(Map.of("schemas", List.of("nosuch"))));
  }

  @Override
  protected String stream() {
    return "orders";
  }

  @Override
  protected boolean change() throws Exception {
    execute("update orders set note = 'changed', updated_at = now() where id % 9 = 0");
    execute("insert into orders values (99, 'new', now())");
    return true;
  }

  @Override
  protected boolean delete() throws Exception {
    execute("delete from orders where id in (1, 20)");
    return true;
  }

  @Override
  protected Optional<String> addColumn() throws Exception {
    execute("alter table orders add column colour text");
    return Optional.of("colour");
  }

  @Override
  protected Optional<String> emptyStream() {
    return Optional.of("nothing");
  }

  @Override
  protected boolean addValue(int characters) throws Exception {
    execute("update orders set note = repeat('x', %d) where id = 3".formatted(characters));
    return true;
  }
}
