package ai.ipai.ingest.definition;

import ai.ipai.ingest.IngestErrors;
import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Owns {@code ipai.connector}. The connection belongs to the caller, its transaction too. */
public final class ConnectorStore {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.USE_LONG_FOR_INTS)
          .build();
  private static final TypeReference<java.util.Map<String, Object>> MAPPING =
      new TypeReference<>() {};

  private ConnectorStore() {}

  /** Inserts or replaces; true if that changed anything. Runs as {@code ipai_control}. */
  public static boolean put(Connection connection, ConnectorDefinition definition)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            insert into ipai.connector as c (name, type, domain, definition, schedule)
            values (?, ?, ?, ?::jsonb, ?)
            on conflict (name) do update
              set type = excluded.type, domain = excluded.domain, definition = excluded.definition,
                schedule = excluded.schedule, applied_at = now(), applied_by = session_user
              where c.definition is distinct from excluded.definition
            """)) {
      statement.setString(1, definition.name());
      statement.setString(2, definition.type());
      statement.setString(3, definition.domain());
      statement.setString(4, JSON.writeValueAsString(definition.raw()));
      statement.setString(5, definition.schedule().orElse(null));
      return statement.executeUpdate() == 1;
    }
  }

  /** A definition as it is stored, a JSON object. */
  public static ConnectorDefinition parse(String name, String json) {
    return ConnectorDefinition.of(name, JSON.readValue(json, MAPPING));
  }

  /** Runs as {@code ipai_loader} or {@code ipai_control}. */
  public static Optional<ConnectorDefinition> find(Connection connection, String name)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("select definition::text from ipai.connector where name = ?")) {
      statement.setString(1, name);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? Optional.of(parse(name, rows.getString(1))) : Optional.empty();
      }
    }
  }

  /**
   * The connector of that name.
   *
   * @throws IpaiException {@code ING-001}
   */
  public static ConnectorDefinition require(Connection connection, String name)
      throws SQLException {
    return find(connection, name)
        .orElseThrow(
            () ->
                new IpaiException(IngestErrors.CONNECTOR_NOT_FOUND, "there is no connector " + name)
                    .fact("connector", name)
                    .hint("declare connectors/" + name + ".yaml and run ./ipai apply"));
  }
}
