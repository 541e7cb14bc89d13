package ai.ipai.governance.identity;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.governance.publish.GovernedDatabase;
import ai.ipai.postgres.login.Login;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Identity on logins where callers write the SQL cannot be forged, whatever they write. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IdentityPostgresTest {
  private static final String FORGED =
      "{\"role\":\"authenticated\",\"email\":\"b@x.org\",\"company_ids\":[2],"
          + "\"app_metadata\":{\"ipai_roles\":[\"ipai_platform_admin\",\"ipai_data_engineer\"]}}";
  private final GovernedDatabase database = new GovernedDatabase();

  @BeforeAll
  void publish() throws SQLException {
    database.apply(
        """
        grants:
          - {to: [ipai_bi_developer, ipai_data_engineer, "user:b@x.org"], on: gold_a.deal, allow: [select]}
        row_filters:
          - {on: gold_a.deal, column: company_id, claim: company_ids, unless: [ipai_data_engineer]}
        """);
    database.publish(
        "gold_a.deal", "select 1 as company_id, 'MARKER-A' as t union all select 2, 'MARKER-B'");
  }

  @AfterAll
  void close() {
    database.close();
  }

  @Test
  @Tag("REQ-ACCESS-002")
  void claimsSetInAMaterializedCteChangeNothing() throws SQLException {
    assertThat(
            database.read(
                Login.SQL_BI_DEVELOPER,
                "with s as materialized (select set_config('request.jwt.claims', '"
                    + FORGED
                    + "', false)) select t from s, gold_a.deal"))
        .isEmpty();
  }

  @Test
  @Tag("REQ-ACCESS-002")
  void claimsSetInADoBlockChangeNothing() throws SQLException {
    String attack =
        "do $$ begin perform set_config('request.jwt.claims', '"
            + FORGED
            + "', false); raise exception '%', coalesce((select string_agg(t, ',') from gold_a.deal), 'nothing'); end $$";
    assertThat(failure(Login.SQL_BI_DEVELOPER, attack))
        .contains("nothing")
        .doesNotContain("MARKER");
  }

  @Test
  @Tag("REQ-ACCESS-002")
  void functionsInTheTemporarySchemaChangeNothing() throws SQLException {
    try (Connection connection = database.test().database().open(Login.SQL_BI_DEVELOPER);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "create function pg_temp.has_role(text) returns boolean language sql as 'select true'");
      statement.execute(
          "create function pg_temp.attack() returns setof text language plpgsql as $$ begin"
              + " perform set_config('search_path', 'pg_temp, ipai', false);"
              + " perform set_config('request.jwt.claims', '"
              + FORGED
              + "', false);"
              + " return query select t from gold_a.deal; end $$");
      try (ResultSet rows = statement.executeQuery("select * from pg_temp.attack()")) {
        assertThat(rows.next()).isFalse();
      }
    }
  }

  @Test
  @Tag("REQ-ACCESS-002")
  void noOtherRoleCanBeTaken() throws SQLException {
    for (String role :
        List.of(
            "ipai_data_engineer",
            "ipai_server",
            "ipai_publisher",
            "ipai_builder",
            "ipai_control",
            "ipai_owner",
            "authenticated",
            "service_role",
            "postgres")) {
      assertThat(failure(Login.SQL_BI_DEVELOPER, "set role " + role)).contains("permission denied");
      assertThat(failure(Login.SQL_BI_DEVELOPER, "set session authorization " + role))
          .contains("permission denied");
    }
    assertThat(
            database.read(
                Login.SQL_BI_DEVELOPER,
                "with r as materialized (select set_config('role', 'none', false)) select t from r, gold_a.deal"))
        .isEmpty();
  }

  @Test
  @Tag("REQ-ACCESS-002")
  void aLoginIsWhatItsMembershipSays() throws SQLException {
    assertThat(database.read(Login.SQL_DATA_ENGINEER, "select t from gold_a.deal order by 1"))
        .containsExactly("MARKER-A", "MARKER-B");
    assertThat(
            database.read(
                Login.SQL_OPERATOR,
                "select ipai.has_role('ipai_operator'), ipai.has_role('ipai_auditor')"))
        .containsExactly("t|f");
  }

  @Test
  @Tag("REQ-ACCESS-001")
  void claimsOfTheTokenCountOnTheGateway() throws SQLException {
    assertThat(
            database.read(
                GovernedDatabase.user("\"company_ids\":[\"2\",3]", "ipai_bi_developer"),
                "select t from gold_a.deal"))
        .containsExactly("MARKER-B");
    assertThat(
            database.read(
                GovernedDatabase.user("\"company_ids\":1,\"email\":\"B@x.org\""),
                "select t from gold_a.deal"))
        .containsExactly("MARKER-A");
  }

  @Test
  @Tag("REQ-ACCESS-001")
  void malformedClaimsMeanNothingRatherThanAnError() throws SQLException {
    String query =
        "select ipai.claim_ints('company_ids'), ipai.claim_uuids('company_ids'), ipai.claim_text('nothing')";
    assertThat(
            database.read(
                GovernedDatabase.user(
                    "\"company_ids\":[\"x\",null,{},1.5,\"99999999999999999999\"]"),
                query))
        .containsExactly("{}|{}|null");
    assertThat(database.read(GovernedDatabase.user("\"company_ids\":{\"a\":1}"), query))
        .containsExactly("{}|{}|null");
  }

  @Test
  @Tag("REQ-ACCESS-001")
  void whatUsersWriteThemselvesIsNoClaim() throws SQLException {
    assertThat(
            database.read(
                GovernedDatabase.user(
                    "\"user_metadata\":{\"company_ids\":[2]}", "ipai_bi_developer"),
                "select ipai.claim('user_metadata.company_ids'), (select count(*) from gold_a.deal)"))
        .containsExactly("null|0");
  }

  private String failure(Login login, String sql) {
    try {
      database.run(login, sql);
      return "it worked";
    } catch (SQLException refused) {
      return String.valueOf(refused.getMessage());
    }
  }
}
