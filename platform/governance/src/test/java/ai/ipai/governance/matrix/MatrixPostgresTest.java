package ai.ipai.governance.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.governance.policy.CatalogSnapshot;
import ai.ipai.governance.policy.ColumnShape;
import ai.ipai.governance.policy.RelationShape;
import ai.ipai.governance.publish.GovernedDatabase;
import ai.ipai.spi.name.QualifiedName;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The matrix of a policy set that uses every feature passes; and it fails for every single change
 * of a policy, a grant, a mask or a protection in the database.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MatrixPostgresTest {
  static final String POLICIES =
      """
      grants:
        - {to: [ipai_platform_admin, ipai_data_engineer], on: ["bronze_erp.*", "silver_erp.*", "gold_finance.*"], allow: select}
        - {to: [ipai_bi_developer, ipai_auditor], on: ["gold_finance.*"], allow: [select]}
        - {to: [authenticated], on: gold_shared.calendar, allow: [select]}
        - {to: [anon, authenticated], on: gold_shared.notice, allow: [select]}
        - {to: [service_role], on: ["gold_finance.invoice"], allow: [select]}
        - {to: ["user:maria@example.com", "agent:reporter"], on: gold_finance.invoice, allow: [select]}
        - {to: [ipai_operator], on: gold_planning.budget, allow: [select, insert, update, delete]}
        - {to: [ipai_bi_developer], on: gold_planning.budget, allow: [select, update]}
        - {to: [ipai_ai_engineer], on: gold_planning.budget, allow: [select, insert]}
      row_filters:
        - {on: ["gold_finance.*", gold_planning.budget], column: company_id, claim: company_ids, unless: [ipai_platform_admin]}
        - {on: gold_finance.invoice, to: [ipai_auditor], using: "state <> 'draft' or total > 500"}
        - {on: silver_erp.partner, using: "region is null or region = (select ipai.claim_text('region'))", unless: [ipai_platform_admin]}
        - {on: gold_shared.calendar, to: [ipai_operator], using: "kind = 'public'"}
      masks:
        - {on: gold_finance.invoice.amount, unless: [ipai_platform_admin, ipai_auditor]}
        - {on: silver_erp.partner.email, with: partial, unless: [ipai_data_engineer]}
        - {tag: pii.name, with: hash, unless: [ipai_platform_admin, ipai_bi_developer]}
        - {tag: pii.tax, with: redact, unless: [ipai_platform_admin]}
        - {on: bronze_erp.lead.phone, unless: [ipai_data_engineer]}
      tags:
        - {on: [gold_finance.invoice.customer, silver_erp.partner.name], tags: [pii.name]}
        - {on: silver_erp.partner.tax_id, tags: [pii.tax]}
        - {on: gold_finance.ledger.note, tags: [pii.tax]}
      """;

  static final CatalogSnapshot TABLES =
      CatalogSnapshot.of(
          List.of(
              table("bronze_erp.lead", "id:bigint", "phone:text"),
              table("bronze_erp.log", "id:bigint", "line:text"),
              table(
                  "silver_erp.partner",
                  "id:integer",
                  "name:text",
                  "email:character varying(60)",
                  "tax_id:text",
                  "region:text"),
              table(
                  "gold_finance.invoice",
                  "id:bigint",
                  "company_id:integer",
                  "state:text",
                  "amount:numeric(12,2)",
                  "total:numeric(12,2)",
                  "customer:uuid"),
              table(
                  "gold_finance.ledger",
                  "company_id:bigint",
                  "note:integer",
                  "at:timestamp with time zone"),
              table("gold_shared.calendar", "day:date", "kind:text"),
              table("gold_shared.notice", "text:text"),
              table("gold_planning.budget", "company_id:integer", "sum:numeric"),
              table("gold_secret.plan", "text:text")));

  private final GovernedDatabase database = new GovernedDatabase();
  private final PermissionMatrix matrix =
      PermissionMatrix.of(GovernedDatabase.policies(POLICIES), TABLES);

  private static RelationShape table(String name, String... columns) {
    List<ColumnShape> shapes = new ArrayList<>();
    for (String column : columns) {
      shapes.add(
          ColumnShape.of(
              column.substring(0, column.indexOf(':')), column.substring(column.indexOf(':') + 1)));
    }
    return RelationShape.table(QualifiedName.parse(name), shapes.toArray(ColumnShape[]::new));
  }

  @BeforeAll
  void build() throws SQLException {
    // On Supabase the service key bypasses row security; where it cannot, policies let it in.
    superuser("alter role service_role nobypassrls");
    MatrixScratch.build(matrix, database.test().database());
  }

  @AfterAll
  void close() throws SQLException {
    superuser("alter role service_role bypassrls");
    database.close();
  }

  private void superuser(String sql) throws SQLException {
    try (Connection superuser = database.test().superuser();
        Statement statement = superuser.createStatement()) {
      statement.execute(sql);
    }
  }

  private MatrixRunner runner() {
    return new MatrixRunner(matrix, database.test().database());
  }

  @Test
  @Order(1)
  @Tag("REQ-ACCESS-011")
  void everyDecisionIsAsThePoliciesSay() throws SQLException {
    MatrixReport report = runner().run();
    System.out.println("permission matrix: " + report.decisions() + " decisions");
    assertThat(report.mismatches()).isEmpty();
    assertThat(report.decisions()).isGreaterThan(2_000);
  }

  @Test
  @Order(2)
  @Tag("REQ-ACCESS-012")
  void everyMutationOfThePoliciesInTheDatabaseIsNoticed() throws SQLException {
    MutationScore score = new MutationScore(database.test(), matrix).inTheDatabase(5);
    score.print("protection in the database");
    assertThat(score.survivors()).isEmpty();
    assertThat(score.mutants()).isGreaterThan(30);
    assertThat(runner().run().mismatches()).as("every mutation was undone").isEmpty();
  }

  @Test
  @Order(3)
  @Tag("REQ-ACCESS-012")
  void everyMutationOfTheRulesIsNoticed() throws SQLException {
    MutationScore score = new MutationScore(database.test(), matrix).inTheRules(2, 9);
    score.print("rules");
    assertThat(score.survivors()).isEmpty();
    assertThat(score.mutants()).isGreaterThan(10);
    assertThat(runner().run().mismatches()).as("every mutation was undone").isEmpty();
  }
}
