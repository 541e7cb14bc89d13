package ai.ipai.testing.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class TestPostgresPostgresTest {
  @Test
  void eachDatabaseStandsAloneAndItsOwnerIsNoSuperuser() throws Exception {
    try (TestDatabase one = TestPostgres.create();
        TestDatabase two = TestPostgres.create();
        Connection first = one.owner();
        Connection second = two.owner();
        Statement statement = first.createStatement();
        Statement other = second.createStatement()) {
      statement.execute("create table marker (id int)");
      try (ResultSet row = other.executeQuery("select to_regclass('marker') is null")) {
        row.next();
        assertThat(row.getBoolean(1)).isTrue();
      }
      try (ResultSet row =
          statement.executeQuery(
              "select rolsuper, version() from pg_roles where rolname = current_user")) {
        row.next();
        assertThat(row.getBoolean(1)).isFalse();
        assertThat(row.getString(2)).startsWith("PostgreSQL 18");
      }
    }
  }
}
