package ai.ipai.governance.access;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.governance.access.Explanation.Verdict;
import ai.ipai.governance.publish.GovernedDatabase;
import ai.ipai.postgres.caller.Caller;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.name.QualifiedName;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("REQ-ACCESS-014")
class ExplainAccessPostgresTest {
  private static final String POLICIES =
      """
      grants:
        - {to: [ipai_bi_developer], on: ["gold_a.*"], allow: [select]}
        - {to: [ipai_data_engineer], on: ["silver_a.*", "bronze_a.*"], allow: [select]}
      row_filters:
        - {on: gold_a.deal, column: company_id, claim: company_ids}
      masks:
        - {on: gold_a.deal.amount, unless: [ipai_platform_admin]}
      """;
  private final GovernedDatabase database = new GovernedDatabase();

  @BeforeAll
  void publish() throws SQLException {
    database.apply(POLICIES);
    database.publish("gold_a.deal", "select 1 as company_id, 10 as amount union all select 2, 20");
    database.publish("gold_a.nothing", "select 1 as a where false");
    database.publish("silver_a.raw", "select 1 as a");
    database.run(Login.BUILDER, "create view ipai_build.over as select a from silver_a.raw");
    database.publishBuilt("gold_a.over");
  }

  @AfterAll
  void close() {
    database.close();
  }

  private Explanation explain(Caller caller, String object, boolean entitled) throws SQLException {
    return new ExplainAccess(database.test().database())
        .explain(new Asked(caller, QualifiedName.parse(object), entitled));
  }

  @Test
  void theDecidingRulesAreNamedWithTheirPlace() throws SQLException {
    Explanation found =
        explain(
            GovernedDatabase.user("\"company_ids\":[1]", "ipai_bi_developer"), "gold_a.deal", true);
    assertThat(found.verdict()).isEqualTo(Verdict.VISIBLE);
    assertThat(found.visibleRows()).isEqualTo(1);
    assertThat(found.hiddenRows()).isEqualTo(1);
    assertThat(found.text())
        .contains("select: granted to ipai_bi_developer  [policies/test.yaml:2]")
        .contains(
            "company_id in claim company_ids: narrows the grant to ipai_bi_developer  [policies/test.yaml:5]")
        .contains(
            "amount: masked with null for all but [ipai_platform_admin]  [policies/test.yaml:7]")
        .contains("1 visible, 1 hidden");
  }

  @Test
  void anEmptyResultIsToldApart() throws SQLException {
    Caller nobodysCompany = GovernedDatabase.user("", "ipai_bi_developer");
    assertThat(explain(nobodysCompany, "gold_a.deal", true).verdict())
        .isEqualTo(Verdict.ALL_ROWS_HIDDEN);
    assertThat(explain(nobodysCompany, "gold_a.deal", true).reason())
        .contains("company_id in claim company_ids");
    assertThat(explain(nobodysCompany, "gold_a.nothing", true).verdict()).isEqualTo(Verdict.EMPTY);
    assertThat(explain(nobodysCompany, "gold_a.over", true).verdict())
        .isEqualTo(Verdict.SOURCE_NOT_GRANTED);
    assertThat(explain(nobodysCompany, "silver_a.raw", true).verdict())
        .isEqualTo(Verdict.NOT_GRANTED);
  }

  @Test
  void theMissingClaimAndTheCureAreNamed() throws SQLException {
    for (boolean entitled : new boolean[] {true, false}) {
      Explanation found =
          explain(GovernedDatabase.user("", "ipai_bi_developer"), "gold_a.deal", entitled);
      assertThat(found.missingClaims()).containsExactly("company_ids");
      assertThat(found.cure())
          .contains("no claim company_ids", "--claims '{\"company_ids\": [1]}'");
    }
    for (String claims : new String[] {"\"company_ids\":[9]", "\"x\":1,\"company_ids\":7"}) {
      Explanation found =
          explain(GovernedDatabase.user(claims, "ipai_bi_developer"), "gold_a.deal", true);
      assertThat(found.verdict()).isEqualTo(Verdict.ALL_ROWS_HIDDEN);
      assertThat(found.missingClaims()).isEmpty();
    }
    assertThat(
            explain(
                    GovernedDatabase.user("\"company_ids\":[]", "ipai_bi_developer"),
                    "gold_a.deal",
                    true)
                .missingClaims())
        .containsExactly("company_ids");
  }

  @Test
  void aBronzeTableThatAMaskClosesSaysSoWithTheCure() throws SQLException {
    database.run(
        Login.LOADER,
        "create schema bronze_a",
        "create table bronze_a.person as select 1 as id, 'x' as phone");
    database.apply(POLICIES + "  - {on: bronze_a.person.phone, unless: [ipai_platform_admin]}\n");
    Caller engineer = GovernedDatabase.user("", "ipai_data_engineer");
    Explanation closed = explain(engineer, "bronze_a.person", true);
    assertThat(closed.verdict()).isEqualTo(Verdict.ALL_ROWS_HIDDEN);
    assertThat(closed.reason()).contains("the mask on phone [policies/test.yaml:");
    assertThat(closed.cure()).contains("stored in one piece", "silver table");
    assertThat(explain(engineer, "bronze_a.person", false).cure()).isEqualTo(closed.cure());
  }

  @Test
  void whoMayKnowIsToldTheNearestName() throws SQLException {
    Caller bi = GovernedDatabase.user("", "ipai_bi_developer");
    assertThat(explain(bi, "gold_a.dael", true).cure()).isEqualTo("did you mean gold_a.deal?");
    assertThat(explain(bi, "gold_a.dael", false).cure()).isEmpty();
  }

  @Test
  void hiddenRowsAndForbiddenObjectsAreToldToTheEntitledAlone() throws SQLException {
    Caller bi = GovernedDatabase.user("", "ipai_bi_developer");
    Explanation hidden = explain(bi, "gold_a.deal", false);
    assertThat(hidden.verdict()).isEqualTo(Verdict.NO_ROWS);
    assertThat(hidden.hiddenRows()).isNull();
    Explanation empty = explain(bi, "gold_a.nothing", false);
    assertThat(empty.verdict()).isEqualTo(hidden.verdict());
    assertThat(empty.reason()).isEqualTo(hidden.reason());
    Explanation forbidden = explain(bi, "silver_a.raw", false);
    Explanation absent = explain(bi, "silver_a.none", false);
    assertThat(forbidden.text().replace("raw", "none")).isEqualTo(absent.text());
  }

  @Test
  void entitledAreAdministratorsAndAuditors() {
    assertThat(Asked.isEntitled(GovernedDatabase.user("", "ipai_platform_admin"))).isTrue();
    assertThat(Asked.isEntitled(GovernedDatabase.user("", "ipai_auditor"))).isTrue();
    assertThat(Asked.isEntitled(GovernedDatabase.user("", "ipai_data_engineer"))).isFalse();
  }

  /** A table of any size is explained: the rules are known without counting it. */
  @Test
  void countingStopsAndNeverKeepsTheRulesFromBeingNamed() throws SQLException {
    database.publish(
        "gold_a.big", "select i % 2 as company_id, i from generate_series(1, 250000) as i");
    Caller bi = GovernedDatabase.user("\"company_ids\":[1]", "ipai_bi_developer");
    Explanation cut = explain(bi, "gold_a.big", true);
    assertThat(cut.verdict()).isEqualTo(Verdict.VISIBLE);
    assertThat(cut.visibleRows()).isEqualTo(100_001);
    assertThat(cut.hiddenRows()).isNull();
    assertThat(cut.text()).contains("at least 100001 visible");
    ExplainAccess hasty = new ExplainAccess(database.test().database(), Duration.ofMillis(1));
    for (boolean entitled : new boolean[] {true, false}) {
      Explanation slow = hasty.explain(new Asked(bi, QualifiedName.parse("gold_a.big"), entitled));
      assertThat(slow.verdict()).isEqualTo(Verdict.NOT_COUNTED);
      assertThat(slow.visibleRows()).isNull();
      assertThat(slow.grants()).isNotEmpty();
    }
    assertThat(hasty.columns(new Asked(bi, QualifiedName.parse("gold_a.deal"), false)))
        .singleElement()
        .satisfies(column -> assertThat(column.what()).isEqualTo("amount"));
    assertThat(hasty.columns(new Asked(bi, QualifiedName.parse("silver_a.raw"), false))).isEmpty();
  }

  /** What is hidden is counted in the moment in which the caller's rows are. */
  @Test
  void bothCountsAreOfOneMoment() throws Exception {
    database.publish("gold_a.growing", "select 1 as a");
    database.apply(
        POLICIES.replace("masks:", "  - {on: gold_a.growing, using: \"a > 0\"}\nmasks:"));
    database.run(Login.PUBLISHER, "insert into gold_a.growing values (0)");
    Caller bi = GovernedDatabase.user("", "ipai_bi_developer");
    AtomicBoolean writing = new AtomicBoolean(true);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor();
        Connection publisher = database.test().database().open(Login.PUBLISHER);
        Statement insert = publisher.createStatement()) {
      var writer =
          threads.submit(
              () -> {
                while (writing.get()) {
                  insert.execute("insert into gold_a.growing values (1)");
                }
                return true;
              });
      try {
        for (int i = 0; i < 40; i++) {
          assertThat(explain(bi, "gold_a.growing", true).hiddenRows()).isEqualTo(1);
        }
      } finally {
        writing.set(false);
      }
      assertThat(writer.get()).isTrue();
    }
    database.apply(POLICIES);
  }
}
