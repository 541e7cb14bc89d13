package ai.ipai.governance.identity;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.governance.publish.GovernedDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nothing of an installation is unprotected, and every way of being so is found. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("REQ-ACCESS-004")
class UnprotectedPostgresTest {
  private final GovernedDatabase database = new GovernedDatabase();

  @BeforeAll
  void publish() throws SQLException {
    database.apply("grants:\n  - {to: ipai_bi_developer, on: \"gold_a.*\", allow: select}\n");
    database.publish("gold_a.deal", "select 1 as id");
  }

  @AfterAll
  void close() {
    database.close();
  }

  @Test
  void aFreshInstallationIsProtected() throws SQLException {
    assertThat(database.unprotected()).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '@',
      value = {
        "alter table gold_a.deal disable row level security@gold_a.deal|row security is not enabled",
        "alter table gold_a.deal no force row level security@gold_a.deal|row security is not forced",
        "alter table ipai.policy no force row level security@ipai.policy|row security is not forced",
        "create table ipai.forgotten (a int)@ipai.forgotten|row security is not enabled",
        "create table ipai_part.forgotten (a int)@ipai_part.forgotten|row security is not enabled",
        "create view gold_a.v as select 1 as a@gold_a.v|view is not security_invoker",
        "create materialized view gold_a.m as select 1 as a@gold_a.m|row security cannot guard a materialized view",
        "grant select on gold_a.deal to public@gold_a.deal|granted to PUBLIC: select",
        "create policy p on gold_a.deal using (true)@gold_a.deal|policy p lets every role in",
        "grant usage on schema ipai_part to public@ipai_part|schema is granted to PUBLIC: usage",
        "create function ipai.f() returns int language sql as 'select 1'@ipai.f()|function does not pin search_path",
        "create function gold_a.f() returns int language sql as 'select 1'@gold_a.f()|function is executable by PUBLIC",
        "create table ipai_build.leak (a int); grant select on ipai_build.leak to anon@ipai_build.leak|scratch relation is granted to anon",
      })
  void everyPlantedFaultIsFound(String fault, String found) throws SQLException {
    try (Connection superuser = database.test().superuser();
        Statement statement = superuser.createStatement()) {
      superuser.setAutoCommit(false);
      statement.execute(fault);
      try (var rows =
          statement.executeQuery("select object || '|' || fault from ipai.unprotected()")) {
        java.util.List<String> faults = new java.util.ArrayList<>();
        while (rows.next()) {
          faults.add(rows.getString(1));
        }
        assertThat(faults).contains(found);
      }
      superuser.rollback();
    }
  }
}
