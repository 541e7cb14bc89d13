package ai.ipai.server.bench.postgrest;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.postgres.DatabaseUrl;
import ai.ipai.postgres.PostgresClient;
import ai.ipai.testing.postgres.TestServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fixtures written for psql, loaded without it. */
@Tag("REQ-RESTSPEC-003")
class FixturesPostgresTest {
  private static final String PASSWORD = "fixtures-only";

  @TempDir Path folder;

  @Test
  void whatCanBeMadeIsMadeAndTheRestIsTold() throws Exception {
    SmallSpecs.write(folder);
    try (TestServer server = TestServer.embedded()) {
      Fixtures fixtures =
          Fixtures.load(server.superuserUrl(), PASSWORD, folder.resolve("fixtures"));
      assertThat(fixtures.missing()).containsExactly("shapes");
      assertThat(fixtures.faults()).hasSize(1);
      assertThat(fixtures.faults().getFirst())
          .startsWith("create table small.shapes")
          .contains("no_such_type");
      assertThat(fixtures.isMissing("/shapes?select=area")).isTrue();
      assertThat(fixtures.isMissing("/reshapes?select=area")).isFalse();
      DatabaseUrl login =
          server.superuserUrl().withDatabase(Fixtures.DATABASE).withLogin(Fixtures.LOGIN, PASSWORD);
      assertThat(rows(login)).isEqualTo(3);
    }
  }

  /** Through the role that the fixtures grant to the login, as a gateway works. */
  private static int rows(DatabaseUrl login) throws Exception {
    try (Connection connection = PostgresClient.open(login, "ipai test");
        Statement statement = connection.createStatement()) {
      statement.execute("set role small_anonymous");
      try (ResultSet row =
          statement.executeQuery(
              "select count(*) from small.rows where current_setting('small.note') = 'x'")) {
        row.next();
        return row.getInt(1);
      }
    }
  }
}
