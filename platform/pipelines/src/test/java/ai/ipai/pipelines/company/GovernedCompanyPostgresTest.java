package ai.ipai.pipelines.company;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.governance.policy.CatalogReader;
import ai.ipai.governance.policy.PolicyReader;
import ai.ipai.governance.policy.PolicySet;
import ai.ipai.governance.policy.PolicyStore;
import ai.ipai.governance.policy.RelationShape;
import ai.ipai.governance.publish.Publisher;
import ai.ipai.governance.yaml.Faults;
import ai.ipai.pipelines.embedding.LocalEmbedder;
import ai.ipai.pipelines.run.BuildListener;
import ai.ipai.pipelines.run.BuildOptions;
import ai.ipai.pipelines.run.BuildReport;
import ai.ipai.pipelines.run.NodeResult;
import ai.ipai.pipelines.run.NodeStatus;
import ai.ipai.pipelines.run.PipelineRunner;
import ai.ipai.postgres.caller.Caller;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.CallerTransactions;
import ai.ipai.postgres.caller.ControlTransactions;
import ai.ipai.postgres.login.Login;
import ai.ipai.testing.postgres.TestDatabase;
import ai.ipai.testing.postgres.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The example company as the engine builds and publishes it, read as its people would. */
class GovernedCompanyPostgresTest {
  private static final String PROTECT =
      """
      do $$
      declare
        t record;
      begin
        for t in select schemaname, tablename from pg_tables where schemaname ~ '^bronze_' loop
          execute format('alter table %I.%I enable row level security, force row level security', t.schemaname, t.tablename);
          execute format('create policy loader on %I.%I for all to ipai_loader using (true) with check (true)', t.schemaname, t.tablename);
          execute format('create policy builder on %I.%I for select to ipai_builder using (true)', t.schemaname, t.tablename);
          execute format('grant select on %I.%I to ipai_builder', t.schemaname, t.tablename);
          execute format('grant usage on schema %I to ipai_builder', t.schemaname);
        end loop;
      end $$
      """;

  @TempDir private static Path target;
  private static TestDatabase database;
  private static BuildReport report;

  @BeforeAll
  static void buildAndPublish() throws SQLException, IOException {
    database = TestPostgres.create();
    Faults faults = new Faults();
    PolicySet policies = PolicyReader.readWorkspace(BuiltCompany.ROOT, faults);
    new ControlTransactions(database.database())
        .run(CallerOptions.writing(), connection -> PolicyStore.replace(connection, policies));
    try (Connection loader = database.database().open(Login.LOADER)) {
      RecordedBronze.of(BuiltCompany.ROOT.resolve("sources/odoo18")).load(loader);
      RecordedBronze.loadOtherSources(loader);
      try (Statement statement = loader.createStatement()) {
        statement.execute(PROTECT);
      }
    }
    report =
        new PipelineRunner(database.database(), new LocalEmbedder())
            .build(BuiltCompany.ROOT, BuildOptions.standard(target), BuildListener.NONE);
    try (Connection loader = database.database().open(Login.LOADER)) {
      loader.setAutoCommit(false);
      Publisher.protectAll(loader, policies);
      loader.commit();
    }
  }

  @AfterAll
  static void drop() {
    database.close();
  }

  @Test
  @Tag("REQ-DEMO-006")
  void theEngineBuildsTestsAndPublishesEverything() {
    List<String> broken =
        report.results().stream()
            .filter(
                result ->
                    result.status() == NodeStatus.FAILED || result.status() == NodeStatus.SKIPPED)
            .map(result -> result.node().name() + ": " + result.message() + result.reason())
            .toList();
    assertThat(broken).isEmpty();
    assertThat(report.testsFailed()).isZero();
    assertThat(report.testsPassed()).isGreaterThan(150);
    assertThat(report.find("journal_entry").map(NodeResult::rowsRemoved)).contains(2L);
  }

  /** The permission matrix runs over tables that were written down; they must be those built. */
  @Test
  @Tag("REQ-ACCESS-011")
  void theMatrixKnowsTheTablesThatAreBuilt() throws SQLException, IOException {
    Path file =
        Path.of(System.getProperty("ipai.root", "../.."))
            .resolve(
                "platform/governance/src/test/resources/ai/ipai/governance/matrix/company-tables.tsv");
    List<String> built = new ArrayList<>();
    try (Connection builder = database.database().open(Login.BUILDER)) {
      for (RelationShape table : CatalogReader.read(builder).relations().values()) {
        StringBuilder line = new StringBuilder(table.name().toString());
        table
            .columns()
            .forEach(c -> line.append('\t').append(c.name()).append(':').append(c.type()));
        if (!table.isBronze()) {
          built.add(line.toString());
        }
      }
    }
    assertThat(Files.readAllLines(file))
        .filteredOn(line -> !line.startsWith("bronze_"))
        .containsExactlyInAnyOrderElementsOf(built);
  }

  @ParameterizedTest
  @CsvSource({
    "ipai_platform_admin, '[]', 1 3",
    "ipai_data_engineer, '[]', 1 3",
    "ipai_analytics_engineer, '[1,2,3]', 1 3",
    "ipai_bi_developer, '[1,2]', 1",
    "ipai_bi_developer, '[3]', 3",
    "ipai_bi_developer, '[]', none",
    "ipai_auditor, '[1,2,3]', 1 3",
  })
  @Tag("REQ-DEMO-007")
  void eachSeesTheBooksOfTheirCompanies(String role, String companies, String expected)
      throws SQLException {
    assertThat(
            read(
                role,
                companies,
                "select coalesce(string_agg(distinct company_id::text, ' ' order by company_id::text), 'none')"
                    + " from gold_finance.profit_and_loss"))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "ipai_operator, gold_finance.profit_and_loss",
    "ipai_ai_engineer, gold_finance.profit_and_loss",
    "ipai_auditor, gold_sales.opportunity",
    "ipai_bi_developer, silver_erp.partner",
    "ipai_bi_developer, platinum_crm.document",
    "ipai_data_engineer, platinum_crm.document",
    "ipai_data_engineer, bronze_erp.res_partner",
    "ipai_data_engineer, bronze_erp.hr_employee",
    "ipai_analytics_engineer, bronze_erp.sale_order",
  })
  @Tag("REQ-DEMO-007")
  void whatIsNotTheirsShowsNoRow(String role, String table) throws SQLException {
    assertThat(rowsOrDenied(role, table)).isZero();
    assertThat(rowsOrDenied("ipai_platform_admin", table)).isPositive();
  }

  @ParameterizedTest
  @CsvSource({
    "ipai_platform_admin, Émilie 🚀 Décor",
    "ipai_data_engineer, redacted",
    "ipai_analytics_engineer, redacted"
  })
  @Tag("REQ-DEMO-007")
  void namesOfPersonsAreMasked(String role, String expected) throws SQLException {
    assertThat(
            read(
                role,
                "[1,2,3]",
                "select person_name from silver_erp.partner where partner_id = 101"))
        .isEqualTo(expected);
    assertThat(
            read(role, "[1,2,3]", "select partner from silver_erp.partner where partner_id = 101"))
        .isEqualTo("Person 101");
  }

  @ParameterizedTest
  @CsvSource({
    "ipai_auditor, Émilie 🚀 Décor",
    "ipai_bi_developer, redacted",
    "ipai_data_engineer, redacted"
  })
  @Tag("REQ-DEMO-007")
  void auditorsReadWhoTheCounterpartWas(String role, String expected) throws SQLException {
    assertThat(
            read(
                role,
                "[1,2,3]",
                "select distinct counterpart_name from gold_finance.general_ledger where commercial_partner_id = 101 and account_type = 'asset_receivable'"))
        .isEqualTo(expected);
  }

  @Test
  @Tag("REQ-DEMO-008")
  void documentsAreFoundByMeaning() throws SQLException {
    float[] asked = new LocalEmbedder().embed(List.of("somewhere comfortable to sit")).getFirst();
    StringBuilder vector = new StringBuilder();
    for (float part : asked) {
      vector.append(vector.isEmpty() ? "" : ",").append(part);
    }
    String found =
        read(
            "ipai_ai_engineer",
            "[1,2,3]",
            "select string_agg(title, '; ') from (select title from platinum_crm.document where kind = 'product'"
                + " order by ipai.cosine_similarity(embedding, '{"
                + vector
                + "}'::real[]) desc limit 5) as nearest");
    assertThat(found).containsAnyOf("Sofa", "Chair");
  }

  private static long rowsOrDenied(String role, String table) throws SQLException {
    try {
      return Long.parseLong(read(role, "[1,2,3]", "select count(*) from " + table));
    } catch (RuntimeException | SQLException denied) {
      assertThatThrownBy(
              () -> {
                throw denied;
              })
          .hasStackTraceContaining("permission denied");
      return 0;
    }
  }

  private static String read(String role, String companies, String sql) throws SQLException {
    String claims =
        """
        {"role": "authenticated", "sub": "7b7c0a86-7a4a-4b0e-9d58-1f0d6a0f7c11",
         "app_metadata": {"ipai_roles": ["%s"], "company_ids": %s}}
        """
            .formatted(role, companies);
    Caller caller =
        new Caller("7b7c0a86-7a4a-4b0e-9d58-1f0d6a0f7c11", "authenticated", claims, "test", role);
    return new CallerTransactions(database.database())
        .run(
            caller,
            CallerOptions.reading(),
            connection -> {
              try (Statement statement = connection.createStatement();
                  ResultSet rows = statement.executeQuery(sql)) {
                return rows.next() ? String.valueOf(rows.getString(1)) : "no row";
              }
            });
  }
}
