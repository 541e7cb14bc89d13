package ai.ipai.governance.access;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.governance.publish.GovernedDatabase;
import ai.ipai.postgres.caller.Caller;
import ai.ipai.postgres.login.Login;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tenant A gets no byte of tenant B, and does nothing to it; what is revoked is gone at once. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TenantLeakTest {
  private static final String GRANTS =
      "  - {to: [ipai_bi_developer], on: gold_a.budget, allow: [select, insert, update, delete]}\n";
  private static final String POLICIES =
      "grants:\n"
          + GRANTS
          + """
            - {to: [ipai_bi_developer], on: ["gold_a.deal", "gold_a.over"], allow: [select]}
          row_filters:
            - {on: [gold_a.budget, gold_a.deal], column: company_id, claim: company_ids}
          masks:
            - {on: gold_a.deal.customer, with: partial, unless: [ipai_platform_admin]}
          """;
  private static final String ROWS =
      "select 1 as company_id, 1 as id, 'MARKER-A' as customer, 10 as amount"
          + " union all select 2, 2, 'MARKER-B', 987654";
  private static final Caller A = GovernedDatabase.user("\"company_ids\":[1]", "ipai_bi_developer");
  private static final Caller BOTH =
      GovernedDatabase.user("\"company_ids\":[1,2]", "ipai_bi_developer");
  private static final String MD5 =
      "select md5(string_agg(b::text, ',' order by id)) from gold_a.budget b where company_id = 2";

  private final GovernedDatabase database = new GovernedDatabase();

  @BeforeAll
  void publish() throws SQLException {
    database.apply(POLICIES);
    database.run(
        Login.BUILDER,
        "create table ipai_build.budget as " + ROWS,
        "alter table ipai_build.budget add primary key (id)");
    database.publishBuilt("gold_a.budget");
    database.publish("gold_a.deal", ROWS);
    database.run(
        Login.BUILDER,
        "create view ipai_build.over as select customer, amount, 1 / (amount - 987654) as bad from gold_a.deal");
    database.publishBuilt("gold_a.over");
  }

  @AfterAll
  void close() {
    database.close();
  }

  @BeforeEach
  void restore() throws SQLException {
    database.apply(POLICIES);
    database.run(Login.PUBLISHER, "delete from gold_a.budget", "insert into gold_a.budget " + ROWS);
  }

  @Tag("REQ-ACCESS-015")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "select * from gold_a.budget",
        "select * from gold_a.deal",
        "select customer, amount from gold_a.over",
        "select * from gold_a.budget where company_id = 2 or true or customer like '%B'",
        "select max(customer), max(amount), count(*), sum(amount) from gold_a.budget",
        "select json_agg(b) from gold_a.budget b",
        "select b.* from gold_a.budget a right join gold_a.budget b on b.company_id <> a.company_id",
        "select * from gold_a.budget where 1 / (amount - 987654) is not null",
        "select cast(customer as int) from gold_a.budget where company_id = 2",
        "select bad from gold_a.over",
        "select table_to_xml('gold_a.budget', true, true, '')",
      })
  void noReadShowsAnythingOfTheOtherTenant(String sql) {
    assertThat(answer(A, sql)).doesNotContain("MARKER-B", "***-B", "987654");
    assertThat(answer(BOTH, sql))
        .as("it would show, were the row not hidden")
        .containsAnyOf("MARKER-B", "M***-B", "987654", "division by zero");
  }

  @Test
  @Tag("REQ-ACCESS-015")
  void aggregatesCountTheCallersRowsOnly() throws SQLException {
    assertThat(database.read(A, "select count(*), sum(amount) from gold_a.budget"))
        .containsExactly("1|10");
    assertThat(database.read(A, "select count(*), sum(amount) from gold_a.deal"))
        .containsExactly("1|10");
  }

  @Tag("REQ-ACCESS-015")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "update gold_a.budget set amount = 0",
        "update gold_a.budget set amount = 0 where company_id = 2",
        "update gold_a.budget set company_id = 2",
        "delete from gold_a.budget",
        "insert into gold_a.budget values (2, 9, 'x', 1)",
        "insert into gold_a.budget values (1, 8, 'x', 1), (2, 9, 'x', 1)",
        "insert into gold_a.budget values (1, 2, 'x', 1) on conflict (id) do update set amount = 0",
        "insert into gold_a.budget values (1, 2, 'x', 1) on conflict (id) do update set company_id = 1",
        "merge into gold_a.budget t using (values (2)) s(id) on t.id = s.id when matched then delete",
        "truncate gold_a.budget",
        "drop table gold_a.budget",
        "alter table gold_a.budget disable row level security",
      })
  void noWriteTouchesTheOtherTenant(String sql) throws SQLException {
    List<String> before = database.read(Login.PUBLISHER, MD5);
    long rows =
        Long.parseLong(
            database
                .read(Login.PUBLISHER, "select count(*) from gold_a.budget where company_id = 2")
                .getFirst());
    try {
      database.write(A, sql);
    } catch (SQLException refused) {
      assertThat(refused.getMessage()).doesNotContain("MARKER-B", "987654");
    }
    assertThat(database.read(Login.PUBLISHER, MD5)).isEqualTo(before);
    assertThat(
            database.read(
                Login.PUBLISHER, "select count(*) from gold_a.budget where company_id = 2"))
        .containsExactly(String.valueOf(rows));
    assertThat(database.read(Login.PUBLISHER, "select count(*) from gold_a.budget where id = 8"))
        .as("a write is all or nothing")
        .containsExactly("0");
  }

  @Test
  @Tag("REQ-ACCESS-016")
  void revokedGrantsAreGoneForTheNextRequestOnPooledConnections() throws SQLException {
    for (int i = 0; i < 8; i++) {
      assertThat(database.read(A, "select id from gold_a.budget")).containsExactly("1");
    }
    database.apply(POLICIES.replace(GRANTS, ""));
    for (int i = 0; i < 12; i++) {
      assertThat(answer(A, "select id from gold_a.budget")).contains("permission denied");
    }
  }

  /** The writes above fail for what they do and not for how they are written. */
  @Tag("REQ-ACCESS-015")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "update gold_a.budget set amount = 0",
        "delete from gold_a.budget",
        "insert into gold_a.budget values (1, 8, 'x', 1), (2, 9, 'x', 1)",
        "insert into gold_a.budget values (1, 2, 'x', 1) on conflict (id) do update set amount = 0",
        "merge into gold_a.budget t using (values (2)) s(id) on t.id = s.id when matched then delete"
      })
  void theSameWritesBySomebodyWhoMayDoTouchIt(String sql) throws SQLException {
    List<String> before = database.read(Login.PUBLISHER, MD5);
    assertThat(database.write(BOTH, sql)).isPositive();
    assertThat(database.read(Login.PUBLISHER, MD5)).isNotEqualTo(before);
  }

  private String answer(Caller caller, String sql) {
    try {
      return "rows: " + String.join("\n", database.read(caller, sql));
    } catch (SQLException refused) {
      return String.valueOf(refused.getMessage());
    }
  }
}
