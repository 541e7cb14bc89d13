package ai.ipai.gateway.sql;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.postgres.PostgresClient;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.testing.postgres.TestServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the running PostgreSQL brings, whichever release it is, against what is refused. */
@Tag("REQ-SERVER-008")
final class OneQueryPostgresTest {
  /** Volatile, and of no harm to anybody. */
  private static final Set<String> HARMLESS =
      Set.of(
          "random",
          "array_sample",
          "array_shuffle",
          "random_normal",
          "setseed",
          "gen_random_uuid",
          "uuidv4",
          "uuidv7",
          "clock_timestamp",
          "timeofday",
          "bernoulli",
          "system");

  @Test
  void noFunctionWithEffectsBeyondTheQueryCanBeCalled() throws SQLException {
    try (TestServer server = TestServer.embedded();
        Connection connection = PostgresClient.open(server.superuserUrl(), "ipai test");
        Statement statement = connection.createStatement();
        ResultSet functions =
            statement.executeQuery(
                """
                select distinct proname from pg_catalog.pg_proc
                where pronamespace = 'pg_catalog'::regnamespace and prokind = 'f'
                  and prorettype <> 'trigger'::regtype
                  and (provolatile = 'v' or prosrc ~ '(query|cursor|table|schema|database)_to_xml'
                    or proname ~ '^pg_(read|ls|stat)')
                """)) {
      Set<String> callable = new TreeSet<>();
      int count = 0;
      while (functions.next()) {
        count++;
        if (isRun("select \"" + functions.getString(1) + "\"(1)")) {
          callable.add(functions.getString(1));
        }
      }
      assertThat(count).isGreaterThan(150);
      assertThat(callable).isSubsetOf(HARMLESS);
    }
  }

  private static boolean isRun(String sql) {
    try {
      OneQuery.parse(sql);
      return true;
    } catch (IpaiException refused) {
      return false;
    }
  }
}
