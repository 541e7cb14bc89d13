package ai.ipai.pipelines.company;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.governance.policy.CatalogReader;
import ai.ipai.governance.policy.PolicyCheck;
import ai.ipai.governance.policy.PolicyReader;
import ai.ipai.governance.policy.PolicySet;
import ai.ipai.governance.yaml.Faults;
import ai.ipai.testing.postgres.TestDatabase;
import ai.ipai.testing.postgres.TestPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The models and tests of examples/company on the recorded ERP. */
class CompanyProjectPostgresTest {
  private static TestDatabase database;
  private static Connection connection;
  private static BuiltCompany company;

  /** Built once; every test works in a transaction that is rolled back. */
  @BeforeAll
  static void buildOnTheRecording() throws SQLException, IOException {
    database = TestPostgres.createEmpty();
    connection = database.owner();
    RecordedBronze.of(BuiltCompany.ROOT.resolve("sources/odoo18")).load(connection);
    RecordedBronze.loadOtherSources(connection);
    company = new BuiltCompany(connection, "ledger_end").build();
  }

  @AfterAll
  static void drop() {
    database.close();
  }

  @BeforeEach
  void begin() throws SQLException {
    connection.setAutoCommit(false);
  }

  @AfterEach
  void rollBack() throws SQLException {
    connection.rollback();
    connection.setAutoCommit(true);
  }

  @Test
  @Tag("REQ-DEMO-001")
  @Tag("REQ-DEMO-002")
  void everyTestPassesOnTheRecording() throws SQLException {
    assertThat(company.failures()).isEmpty();
    assertThat(company.count("select 1 from gold_finance.general_ledger")).isEqualTo(305);
  }

  @ParameterizedTest
  @MethodSource("ai.ipai.pipelines.company.BrokenRow#all")
  @Tag("REQ-DEMO-002")
  void aBrokenRowIsSeen(BrokenRow broken) throws SQLException {
    assertThat(company.run(broken.sql())).as("rows broken").isPositive();
    assertThat(company.failures(broken.seenBy()).keySet())
        .containsExactlyInAnyOrderElementsOf(broken.seenBy());
  }

  @Test
  @Tag("REQ-DEMO-002")
  void everyIdentityHasARowThatBreaksIt() {
    Set<String> broken = new TreeSet<>();
    BrokenRow.all().forEach(row -> broken.addAll(row.seenBy()));
    assertThat(broken).containsExactlyElementsOf(company.identities());
  }

  @ParameterizedTest
  @ValueSource(strings = {"2025-08-31", "2026-09-17", "2026-10-31", "2030-01-01"})
  @Tag("REQ-DEMO-004")
  void theIdentitiesHoldOnAnyDay(String day) throws SQLException, IOException {
    BuiltCompany then = new BuiltCompany(connection, day).build();

    assertThat(then.failures()).isEmpty();
    assertThat(then.text("select distinct as_of from gold_finance.ar_ageing_bucket"))
        .isEqualTo(day);
  }

  @Test
  @Tag("REQ-DEMO-004")
  void whatWasPaidLaterIsStillOpenOnAnEarlierDay() throws SQLException, IOException {
    String paidInvoice =
        "select sum(open_amount) from gold_finance.ar_open_item where entry_number = 'INV/2026/00016'";
    assertThat(company.text(paidInvoice)).isEqualTo("null");

    BuiltCompany then = new BuiltCompany(connection, "2026-11-20").build();

    assertThat(then.text(paidInvoice)).isEqualTo("2924.78");
  }

  @Test
  @Tag("REQ-DEMO-001")
  void theIdentitiesHoldAfterTheRecordedChanges() throws SQLException, IOException {
    RecordedBronze.of(BuiltCompany.ROOT.resolve("sources/odoo18")).loadChanges(connection);

    assertThat(new BuiltCompany(connection, "ledger_end").build().failures()).isEmpty();
  }

  @Test
  @Tag("REQ-DEMO-001")
  void theNewestVersionCountsAndADeletedRecordDoesNot() throws SQLException {
    company.run(
        """
        insert into bronze_erp.res_partner select (jsonb_populate_record(p, jsonb_build_object(
            'name', 'Renamed', '_ipai_loaded_at', now() + interval '1 hour'))).*
          from bronze_erp.res_partner p where id = 67;
        insert into bronze_erp.res_partner select (jsonb_populate_record(p, jsonb_build_object('_ipai_op', 'd'))).*
          from bronze_erp.res_partner p where id = 126
        """);

    company.rebuild("partner");

    assertThat(company.text("select partner from silver_erp.partner where partner_id = 67"))
        .isEqualTo("Renamed");
    assertThat(company.count("select 1 from silver_erp.partner where partner_id = 67"))
        .isEqualTo(1);
    assertThat(company.count("select 1 from silver_erp.partner where partner_id = 126")).isZero();
  }

  @Test
  @Tag("REQ-DEMO-001")
  void accountsBearTheCodeOfTheirCompany() throws SQLException {
    assertThat(
            company.text("select account_code from silver_erp.account where account_key = '53-3'"))
        .isEqualTo("110000");
    assertThat(
            company.text("select account_code from silver_erp.account where account_key = '7-1'"))
        .isEqualTo("121000");
  }

  @Test
  @Tag("REQ-DEMO-001")
  void aBranchUsesTheChartOfItsCompanyAndACodeOfItsOwn() throws SQLException {
    company.run(
        """
        update bronze_erp.res_company set parent_path = '1/2/' where id = 2;
        insert into bronze_erp.account_account_company_value (company_id, record_id, code, _ipai_loaded_at, _ipai_op)
          values (2, 7, 'B121', now(), 'i')
        """);
    company.rebuild("company");
    company.rebuild("account");

    assertThat(
            company.text("select account_code from silver_erp.account where account_key = '7-2'"))
        .isEqualTo("B121");
    assertThat(
            company.text("select account_code from silver_erp.account where account_key = '45-2'"))
        .isEqualTo("101401");
  }

  @Test
  @Tag("REQ-DEMO-005")
  void theGroupsOwnRateWinsOverASharedOneAndTheLatestWins() throws SQLException {
    company.run(
        """
        insert into bronze_erp.res_currency_rate (id, name, rate, currency_id, company_id, _ipai_loaded_at, _ipai_op)
        values (9001, '2026-11-01', 50, 36, null, now(), 'i'), (9002, '2026-10-01', 55, 36, 1, now(), 'i'),
               (9003, '2026-12-01', 1, 36, 1, now(), 'i')
        """);
    company.rebuild("exchange_rate");
    company.rebuild("consolidated_statement");

    assertThat(
            company.text(
                """
                select concat_ws(' ', balance, oldest_rate_date, rate_is_stale) from gold_finance.consolidated_statement
                where company_id = 3 and section = 'Bank and cash'
                """))
        .isEqualTo("226.27 2026-10-01 t");
    assertThat(company.failures())
        .doesNotContainKeys("consolidation_balances", "consolidation_covers_the_ledger");
  }

  @Test
  @Tag("REQ-DEMO-005")
  void anUnknownRateMakesTheAmountUnknown() throws SQLException {
    company.run("delete from bronze_erp.res_currency_rate where currency_id = 36");
    company.rebuild("exchange_rate");
    company.rebuild("consolidated_statement");

    assertThat(
            company.count(
                "select 1 from gold_finance.consolidated_statement where company_id = 3 and balance is not null"))
        .isZero();
  }

  @Test
  @Tag("REQ-DEMO-006")
  void hazardousNamesAreRepairedAndCountedAndNeverLost() throws SQLException {
    assertThat(company.text("select partner from silver_erp.partner where partner_id = 113"))
        .isEqualTo("Line Break Ltd");
    assertThat(company.text("select partner from silver_erp.partner where partner_id = 102"))
        .isEqualTo("Padded Name");
    assertThat(company.text("select partner from silver_erp.partner where partner_id = 72"))
        .isEqualTo("深圳家具有限公司");
    assertThat(company.unmet("partner", "name_is_clean_at_source")).isEqualTo(4);
    assertThat(company.unmet("partner", "name_is_no_formula")).isEqualTo(2);
    assertThat(company.unmet("partner", "name_is_no_placeholder")).isEqualTo(1);
    assertThat(company.count("select 1 from silver_erp.partner"))
        .isEqualTo(company.count("select 1 from bronze_erp.res_partner"));
  }

  @Test
  @Tag("REQ-DEMO-006")
  void draftsWithoutAVendorAreTheOnesSetAside() throws SQLException {
    assertThat(company.unmet("journal_entry", "draft_document_names_its_partner")).isEqualTo(2);
    assertThat(company.unmet("journal_entry", "posted_document_names_its_partner")).isZero();
  }

  @Test
  @Tag("REQ-DEMO-006")
  void aLineOfNothingIsDroppedAndAnIncredibleDateSetAside() throws SQLException {
    assertThat(company.unmet("store_expense", "something_was_spent")).isEqualTo(1);
    assertThat(company.unmet("retail_customer", "dates_are_credible")).isEqualTo(1);
  }

  @Test
  @Tag("REQ-DEMO-005")
  void aStoreWithExpensesInAnotherCurrencyHasNoResult() throws SQLException {
    assertThat(
            company.text(
                "select concat_ws(' ', sales, cost, expenses, result) from gold_retail.store_month where store_id = 6"))
        .isEqualTo("70.0000 30.0000 3.20 36.8000");
    company.run("update silver_retail.store_expense set currency = 'MXN' where store_id = 6");
    company.rebuild("store_month");
    assertThat(company.text("select result from gold_retail.store_month where store_id = 6"))
        .isEqualTo("null");
  }

  @Test
  @Tag("REQ-DEMO-009")
  void failuresInARowAreOneIncidentAndTheLastMayBeOpen() throws SQLException {
    String incidents =
        """
        select string_agg(concat_ws(' ', broken_by, failed_deployments, coalesce(restored_by, 'open'), hours_to_restore), ', '
          order by broken_at) from gold_delivery.time_to_restore
        """;
    assertThat(company.text(incidents)).isEqualTo("v2 2 v4 2.00, v5 1 open");
  }

  @Test
  @Tag("REQ-DEMO-009")
  void aWeekWithoutDeploymentsCounts() throws SQLException {
    assertThat(
            company.text(
                "select string_agg(deployments || '/' || failed, ' ' order by repository, week) from gold_delivery.deployment_frequency"))
        .isEqualTo("4/2 0/0 1/1 1/0");
  }

  @Test
  @Tag("REQ-DEMO-009")
  void aChangeIsLiveWithTheNextDeploymentThatWorks() throws SQLException {
    assertThat(
            company.text(
                "select concat_ws(' ', version, hours_to_merge, hours_to_production) from gold_delivery.lead_time"))
        .isEqualTo("v4 35.50 38.10");
  }

  @Test
  @Tag("REQ-DEMO-009")
  void cancelledRunsSayNothing() throws SQLException {
    assertThat(
            company.text(
                "select concat_ws(' ', runs, succeeded, failed, last_conclusion, median_minutes) from gold_delivery.ci_status"))
        .isEqualTo("3 2 1 success 2.0");
  }

  @Test
  @Tag("REQ-DEMO-007")
  void thePoliciesFitEveryTable() throws SQLException {
    Faults faults = new Faults();
    PolicySet policies = PolicyReader.readWorkspace(BuiltCompany.ROOT, faults);

    PolicyCheck.run(policies, CatalogReader.read(connection), Set.of(), faults);

    assertThat(faults.list()).isEmpty();
  }

  @Test
  @Tag("REQ-DEMO-008")
  void noPersonHasADocumentAndNoNameOfOneStandsInATable() throws SQLException {
    assertThat(company.text("select partner from silver_erp.partner where partner_id = 101"))
        .isEqualTo("Person 101");
    assertThat(
            company.count(
                "select 1 from platinum_crm.document d join silver_erp.partner p on p.partner_id = d.source_id"
                    + " where d.kind = 'customer' and not p.is_company"))
        .isZero();
    assertThat(List.of("customer", "lead", "task", "product"))
        .allSatisfy(
            kind ->
                assertThat(
                        company.count(
                            "select 1 from platinum_crm.document where kind = '" + kind + "'"))
                    .isPositive());
  }
}
