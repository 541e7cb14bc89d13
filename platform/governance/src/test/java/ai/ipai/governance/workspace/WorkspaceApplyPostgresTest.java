package ai.ipai.governance.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.governance.publish.Publisher;
import ai.ipai.governance.yaml.Fault;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import ai.ipai.testing.postgres.TestDatabase;
import ai.ipai.testing.postgres.TestPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("REQ-WSP-006")
class WorkspaceApplyPostgresTest {
  private static final String GRANT =
      """
      grants:
        - {to: [ipai_bi_developer], on: ["gold_finance.*"], allow: [select]}
        - {to: [ipai_data_engineer], on: ["bronze_erp.*"], allow: [select]}
      """;

  @TempDir Path root;
  private final TestDatabase database = TestPostgres.create();
  private WorkspaceFixture fixture;

  @BeforeEach
  void fill() throws IOException {
    fixture = new WorkspaceFixture(root, database.database()).filled();
  }

  @AfterEach
  void close() {
    fixture.close();
    database.close();
  }

  private List<String> query(String sql) {
    List<String> rows = new ArrayList<>();
    try (Connection connection = database.superuser();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        rows.add(row.getString(1));
      }
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
    return rows;
  }

  private static List<String> words(WorkspacePlan plan) {
    return plan.changes().stream().map(Change::toString).toList();
  }

  private String recorded() {
    return query(
            """
            select (select count(*) from ipai.workspace) || ' ' || (select count(*) from ipai.connector)
              || ' ' || (select count(*) from ipai.job) || ' ' || (select count(*) from ipai.semantic_model)
              || ' ' || (select count(*) from ipai.dashboard) || ' ' || (select count(*) from ipai.agent)
              || ' ' || (select count(*) from ipai.app) || ' ' || (select count(*) from ipai.policy)
              || ' audit ' || (select count(*) from ipai.audit_log where action = 'workspace.apply')
            """)
        .getFirst();
  }

  @Test
  void everythingDeclaredIsPlannedThenRecordedThenUnchanged() {
    WorkspacePlan plan = fixture.plan();
    assertThat(words(plan))
        .containsExactly(
            "+ workspace company",
            "+ connector erp",
            "+ semantic model pnl",
            "+ job nightly",
            "+ dashboard finance",
            "+ agent pulser",
            "+ app cc");
    assertThat(recorded()).isEqualTo("0 0 0 0 0 0 0 0 audit 0");
    assertThat(PlanText.of(plan)).endsWith("7 to create, 0 to change, 0 to remove\n");
    assertThat(fixture.apply()).isEqualTo(plan);
    assertThat(recorded()).isEqualTo("1 1 1 1 1 1 1 0 audit 1");
    assertThat(
            query(
                "select type || ' ' || domain || ' ' || schedule || ' ' || workspace from"
                    + " ipai.connector"))
        .containsExactly("odoo erp every 15m company");
    assertThat(query("select definition::text from ipai.workspace"))
        .containsExactly("{\"name\": \"company\"}");

    assertThat(fixture.plan().isEmpty()).isTrue();
    assertThat(PlanText.of(fixture.apply())).isEqualTo("No changes.\n");
    assertThat(recorded()).isEqualTo("1 1 1 1 1 1 1 0 audit 1");
    assertThat(query("select revision::text from ipai.workspace")).containsExactly("1");
  }

  @Test
  void changesAreShownFieldByFieldAndRemovedThingsGo() throws IOException {
    fixture.apply();
    fixture.file(
        "jobs/nightly.yaml",
        """
        retries: 2
        tasks:
          - {name: load, sync: erp}
          - {name: build, build: +gold_sales, after: [load]}
          - {name: more, build: x}
        """);
    fixture.delete("apps/cc.yaml");
    WorkspacePlan plan = fixture.plan();
    assertThat(PlanText.of(plan))
        .isEqualTo(
            """
            ~ job nightly
                retries: 2
                tasks[build].build: "+gold_finance" → "+gold_sales"
                tasks[more]: {"build":"x","name":"more"}
            - app cc
            0 to create, 1 to change, 1 to remove
            """);
    fixture.apply();
    assertThat(recorded()).isEqualTo("1 1 1 1 1 1 0 0 audit 2");
    assertThat(
            query(
                "select details->>'changes' from ipai.audit_log where action = 'workspace.apply'"
                    + " order by id"))
        .last()
        .asString()
        .contains("~ job nightly", "- app cc");
    assertThat(
            query(
                "select principal || ' ' || decision || ' ' || written_by from ipai.audit_log where"
                    + " action = 'workspace.apply' limit 1"))
        .containsExactly("user:alma allow ipai_publisher");
  }

  @Test
  @Tag("REQ-WSP-007")
  void rulesReachEveryRelationInTheSameTransaction() throws IOException, SQLException {
    layers();
    fixture.file("policies/finance.yaml", GRANT);
    assertThat(words(fixture.plan()))
        .anySatisfy(line -> assertThat(line).startsWith("+ grant policies/finance.yaml:2"));
    fixture.apply();
    assertThat(mayRead("ipai_bi_developer", "gold_finance.pnl")).isTrue();
    assertThat(mayRead("ipai_data_engineer", "bronze_erp.move")).isTrue();
    assertThat(mayRead("ipai_bi_developer", "bronze_erp.move")).isFalse();
    assertThat(query("select object || ' ' || fault from ipai.unprotected()")).isEmpty();
    assertThat(fixture.plan().isEmpty()).isTrue();

    fixture.file("policies/finance.yaml", "# moved by one line\n" + GRANT);
    assertThat(fixture.plan().changes())
        .hasSize(2)
        .allSatisfy(c -> assertThat(c.fields()).hasSize(1));
    fixture.delete("policies/finance.yaml");
    assertThat(fixture.plan().count(Change.Action.REMOVE)).isEqualTo(2);
    fixture.apply();
    assertThat(mayRead("ipai_bi_developer", "gold_finance.pnl")).isFalse();
    assertThat(mayRead("ipai_data_engineer", "bronze_erp.move")).isFalse();
  }

  @Test
  @Tag("REQ-WSP-011")
  void thePlanSaysWhoWouldNewlySeeWhat() throws IOException, SQLException {
    layers();
    fixture.file("policies/finance.yaml", GRANT);
    assertThat(PlanText.of(fixture.plan()))
        .contains(
            """
            Newly visible:
              ipai_data_engineer may newly select bronze_erp.move, every row
              ipai_bi_developer may newly select gold_finance.pnl, every row
            """)
        .doesNotContain("No longer visible");
    fixture.apply();
    assertThat(
            query(
                "select details->>'widened' from ipai.audit_log where action = 'workspace.apply'"))
        .singleElement()
        .asString()
        .contains("ipai_bi_developer may newly select gold_finance.pnl");
    fixture.file(
        "policies/finance.yaml",
        GRANT
            + """
            row_filters:
              - {on: gold_finance.pnl, column: company_id, claim: company_ids}
            masks:
              - {on: gold_finance.pnl.amount, unless: [ipai_auditor]}
            """);
    WorkspacePlan plan = fixture.plan();
    assertThat(PlanText.of(plan))
        .contains(
            "No longer visible:",
            "fewer rows of gold_finance.pnl",
            "no longer see gold_finance.pnl.amount")
        .doesNotContain("Newly visible");
    assertThat(PlanText.json(plan).path("access").path(0).path("kind").asString(""))
        .isEqualTo("narrows");
  }

  private void layers() throws SQLException {
    try (Connection loader = database.database().open(Login.LOADER);
        Statement statement = loader.createStatement()) {
      statement.execute("create schema bronze_erp");
      statement.execute("create table bronze_erp.move (id int)");
    }
    try (Connection builder = database.database().open(Login.BUILDER);
        Statement statement = builder.createStatement()) {
      statement.execute("create table ipai_build.pnl as select 1 as amount, 1 as company_id");
    }
    try (Connection publisher = database.database().open(Login.PUBLISHER)) {
      publisher.setAutoCommit(false);
      Publisher.publish(
          publisher,
          QualifiedName.parse("ipai_build.pnl"),
          QualifiedName.parse("gold_finance.pnl"));
      publisher.commit();
    }
  }

  private boolean mayRead(String role, String relation) {
    return query("select has_table_privilege('" + role + "', '" + relation + "', 'select')::text")
        .getFirst()
        .equals("true");
  }

  @Test
  void rulesThatFitNothingAreRefusedBeforeAnythingIsDone() throws IOException {
    fixture.file(
        "policies/finance.yaml",
        "grants:\n  - {to: [ipai_bi_developer], on: [gold_finance.nothing], allow: [select]}\n");
    assertThatThrownBy(fixture::apply)
        .isInstanceOfSatisfying(
            IpaiException.class,
            refused -> assertThat(refused.code()).isEqualTo(WorkspaceErrors.INVALID))
        .hasMessageContaining("policies/finance.yaml:2");
    assertThat(recorded()).isEqualTo("0 0 0 0 0 0 0 0 audit 0");
  }

  @Test
  @Tag("REQ-WSP-008")
  void aReviewedPlanIsOnlyAppliedToWhatWasReviewed(@TempDir Path elsewhere) throws IOException {
    Path file = elsewhere.resolve("plan.json");
    PlanText.write(fixture.plan(), file);
    fixture.file("apps/other.yaml", "title: O\nowner: f\nschemas: [gold_finance]\n");
    assertOutdated(file, "the files have changed");
    fixture.delete("apps/other.yaml");
    fixture.apply(Optional.of(PlanText.read(file)));
    assertOutdated(file, "the database has changed");

    PlanText.write(fixture.plan(), file);
    query(
        "update ipai.connector set definition = definition || '{\"domain\": \"x\"}' returning"
            + " name");
    assertOutdated(file, "the database has changed");
    assertThat(words(fixture.plan())).containsExactly("~ connector erp");
    assertThatThrownBy(() -> PlanText.read(root.resolve("ipai.yaml")))
        .hasMessageContaining("plan file");
  }

  private void assertOutdated(Path file, String why) {
    assertThatThrownBy(() -> fixture.apply(Optional.of(PlanText.read(file))))
        .isInstanceOfSatisfying(
            IpaiException.class,
            refused -> assertThat(refused.code()).isEqualTo(WorkspaceErrors.PLAN_OUTDATED))
        .hasMessageContaining(why);
  }

  @Test
  void whatAnotherWorkspaceDeclaredIsNotTakenOver() throws IOException {
    fixture.apply();
    fixture.file("ipai.yaml", "name: other\n");
    assertThatThrownBy(fixture::plan)
        .isInstanceOfSatisfying(
            IpaiException.class,
            refused -> assertThat(refused.code()).isEqualTo(WorkspaceErrors.OWNED_ELSEWHERE));
  }

  @Test
  @Tag("REQ-WSP-009")
  void nothingIsAppliedThatCannotBeAudited() throws SQLException {
    try (Connection superuser = database.superuser();
        Statement statement = superuser.createStatement()) {
      statement.execute("revoke insert on ipai.audit_log from ipai_publisher, ipai_control");
      statement.execute(
          "alter table ipai.audit_log add constraint full_disk check (false) not valid");
    }
    assertThatThrownBy(fixture::apply).isInstanceOf(IpaiException.class);
    assertThat(recorded()).isEqualTo("0 0 0 0 0 0 0 0 audit 0");
  }

  @Test
  void twoAtOnceWaitForEachOtherAndTheSecondFindsNothingToDo() throws Exception {
    try (ExecutorService two = Executors.newFixedThreadPool(2)) {
      Future<WorkspacePlan> one = two.submit(() -> fixture.apply());
      Future<WorkspacePlan> other = two.submit(() -> fixture.apply());
      assertThat(List.of(one.get().isEmpty(), other.get().isEmpty()))
          .containsExactlyInAnyOrder(true, false);
    }
    assertThat(recorded()).isEqualTo("1 1 1 1 1 1 1 0 audit 1");
  }

  /** Each lock stops the apply at another point: before the last declaration, before the rules. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "lock table ipai.app in share mode",
        "lock table ipai.policy in share mode",
        "select from gold_finance.pnl"
      })
  @Tag("REQ-WSP-010")
  void killedMidwayItLeavesNothingHalfDone(String lock) throws Exception {
    layers();
    fixture.file("policies/finance.yaml", GRANT);
    Process apply;
    try (Connection holder = database.superuser();
        Statement statement = holder.createStatement()) {
      holder.setAutoCommit(false);
      statement.execute(lock);
      apply = child();
      awaitCount(
          1,
          "select count(*)::text from pg_stat_activity where wait_event_type = 'Lock' and datname ="
              + " current_database()");
      apply.destroyForcibly();
      assertThat(apply.waitFor(30, TimeUnit.SECONDS)).isTrue();
      holder.rollback();
    }
    awaitCount(
        0,
        "select count(*)::text from pg_stat_activity where usename = 'ipai_publisher' and datname ="
            + " current_database() and backend_type = 'client backend'");
    assertThat(recorded()).isEqualTo("0 0 0 0 0 0 0 0 audit 0");
    assertThat(mayRead("ipai_bi_developer", "gold_finance.pnl")).isFalse();
    fixture.apply();
    assertThat(recorded()).isEqualTo("1 1 1 1 1 1 1 2 audit 1");
    assertThat(mayRead("ipai_bi_developer", "gold_finance.pnl")).isTrue();
  }

  private Process child() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            WorkspaceFixture.class.getName(),
            root.toString());
    builder.environment().put("TEST_DATABASE_URL", database.url().revealed());
    builder.environment().put("TEST_MASTER_KEY", database.masterKey().encoded());
    return builder.inheritIO().start();
  }

  private void awaitCount(int wanted, String sql) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!query(sql).equals(List.of(String.valueOf(wanted)))) {
      assertThat(System.nanoTime()).as(sql).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void warningsDoNotStopAnApply() throws IOException {
    fixture.file(
        "policies/finance.yaml",
        "grants:\n  - {to: [ipai_bi_developer], on: ['gold_later.*'], allow: [select]}\n");
    assertThat(fixture.plan().warnings())
        .extracting(Fault::toString)
        .anySatisfy(warning -> assertThat(warning).contains("gold_later.*"));
    assertThat(fixture.apply().isEmpty()).isFalse();
  }

  @Test
  @Tag("REQ-CON-144")
  void thePlanNamesTheTablesOfStreamsThatNobodyDeclaresAnyMore() throws Exception {
    fixture.file("connectors/erp.yaml", WorkspaceFixture.CONNECTOR + "streams: [res.partner]\n");
    fixture.apply();
    try (Connection connection = database.superuser();
        Statement statement = connection.createStatement()) {
      statement.execute("create schema bronze_erp");
      for (String table : List.of("res_partner", "crm_tag", "gone")) {
        statement.execute("create table bronze_erp." + table + " (id bigint)");
        statement.execute(
            "insert into ipai.stream_state (connector, stream, schema_name, table_name, run_id)"
                + " values ('%s', '%s', 'bronze_erp', '%s', gen_random_uuid())"
                    .formatted(
                        table.equals("gone") ? "shop" : "erp", table.replace('_', '.'), table));
      }
    }
    assertThat(fixture.plan().warnings())
        .extracting(Fault::toString)
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("connectors/erp.yaml WSP-044 stream crm.tag is not named")
                    .contains("bronze_erp.crm_tag stays with the rows it has"))
        .anySatisfy(
            line -> assertThat(line).contains("no connector shop").contains("bronze_erp.gone"))
        .noneSatisfy(line -> assertThat(line).contains("res_partner"));
    assertThat(fixture.plan().isEmpty()).isTrue();
  }
}
