package ai.ipai.gateway.rest.standalone;

import ai.ipai.gateway.rest.RestCaller;
import ai.ipai.gateway.rest.RestTransactions;
import ai.ipai.postgres.UrlPool;
import ai.ipai.postgres.caller.CallerWork;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Transactions on a pool, as the role of the token, as PostgREST has them. */
final class PlainTransactions implements RestTransactions {
  private final UrlPool pool;

  PlainTransactions(UrlPool pool) {
    this.pool = pool;
  }

  @Override
  public <T> T run(RestCaller caller, Options options, CallerWork<Outcome<T>> work)
      throws SQLException {
    Connection connection = pool.lend();
    boolean isClean = false;
    try {
      connection.setAutoCommit(false);
      connection.setReadOnly(options.isReadOnly());
      connection.setTransactionIsolation(isolation(options.isolation()));
      begin(connection, caller, options.settings());
      Outcome<T> outcome = work.run(connection);
      end(connection, options.rollsBack());
      isClean = true;
      return outcome.value();
    } finally {
      release(connection, isClean);
    }
  }

  /** The search path and settings of roles before the role, which may not set them itself. */
  private static void begin(Connection connection, RestCaller caller, Map<String, String> settings)
      throws SQLException {
    List<String> names = new ArrayList<>(List.of("search_path", "role", "request.jwt.claims"));
    List<String> values =
        new ArrayList<>(
            List.of(settings.getOrDefault("search_path", ""), caller.role(), caller.claims()));
    settings.forEach(
        (name, value) -> {
          if (!name.equals("search_path")) {
            names.add(name);
            values.add(value);
          }
        });
    String sql =
        "select set_config(?, ?, true)" + ", set_config(?, ?, true)".repeat(names.size() - 1);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < names.size(); i++) {
        statement.setString(2 * i + 1, names.get(i));
        statement.setString(2 * i + 2, values.get(i));
      }
      statement.execute();
    }
  }

  private static void end(Connection connection, boolean rollsBack) throws SQLException {
    if (rollsBack) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("set constraints all immediate");
      }
      connection.rollback();
    } else {
      connection.commit();
    }
  }

  private void release(Connection connection, boolean isClean) {
    try {
      if (!isClean) {
        connection.rollback();
      }
      connection.close();
    } catch (SQLException untrusted) {
      pool.discard(connection);
    }
  }

  private static int isolation(Optional<String> name) {
    return switch (name.orElse("")) {
      case "serializable" -> Connection.TRANSACTION_SERIALIZABLE;
      case "repeatable read" -> Connection.TRANSACTION_REPEATABLE_READ;
      default -> Connection.TRANSACTION_READ_COMMITTED;
    };
  }
}
