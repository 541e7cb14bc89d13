package ai.ipai.gateway.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.postgres.Database;
import ai.ipai.postgres.PostgresErrors;
import ai.ipai.postgres.caller.Caller;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.CallerTransactions;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.postgres.migration.Installer;
import ai.ipai.postgres.migration.MigrationSet;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.testing.postgres.TestServer;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** However large the rows are, one caller's page takes a bounded part of everybody's memory. */
@Tag("REQ-SERVER-006")
final class RowsPostgresTest {
  private static final int LIMIT = 1_000;

  private static TestServer server;
  private static Database database;
  private static CallerTransactions transactions;

  @BeforeAll
  static void start() {
    server = TestServer.embedded();
    MasterKey key = MasterKey.generate();
    new Installer(MigrationSet.ofPlatform(), key).install(server.superuserUrl());
    database = Database.of(server.superuserUrl(), key);
    transactions = new CallerTransactions(database);
  }

  @AfterAll
  static void stop() {
    database.close();
    server.close();
  }

  @Test
  void aPageOfLargeRowsEndsEarlyAndSaysThatThereAreMore() throws SQLException {
    Page page = read("select repeat('x', 120000) from generate_series(1, 1001)");
    assertThat(page.rows()).hasSizeBetween(50, 100);
    assertThat(page.hasMore()).isTrue();
    assertThat(read("select i from generate_series(1, 1001) as i").rows()).hasSize(LIMIT);
  }

  @Test
  void rowsThatCannotBeHeldAreRefusedAndTheNextReadIsServed() throws SQLException {
    assertThatThrownBy(() -> read("select repeat('x', 1000000) from generate_series(1, 200)"))
        .isInstanceOfSatisfying(
            IpaiException.class,
            e -> assertThat(e.code()).isEqualTo(PostgresErrors.RESULT_TOO_LARGE));
    assertThat(read("select 1").rows()).hasSize(1);
  }

  private static Page read(String sql) throws SQLException {
    Caller caller =
        new Caller("alice", "authenticated", "{\"role\":\"authenticated\"}", "large", "Alice");
    return transactions.run(
        caller,
        CallerOptions.reading(),
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setFetchSize(Rows.FETCH);
            try (ResultSet results = statement.executeQuery()) {
              return Rows.read(results, LIMIT);
            }
          }
        });
  }
}
