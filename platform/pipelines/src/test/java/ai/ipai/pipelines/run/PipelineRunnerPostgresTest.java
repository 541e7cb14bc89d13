package ai.ipai.pipelines.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.pipelines.ProjectFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PipelineRunnerPostgresTest {
  private static final String SOURCE =
      "sources: [{name: erp, schema: bronze_erp, tables: [{name: sale_order}]}]\n";

  @TempDir Path folder;
  private ShopDatabase shop;

  @BeforeEach
  void start() {
    shop = new ShopDatabase();
  }

  @AfterEach
  void stop() {
    shop.close();
  }

  private ProjectFolder project() {
    return ProjectFolder.shop(folder)
        .file(
            "seeds/regions.csv",
            "code,name,since\n1,North,2020-01-01\n2,\"South, East\",2021-05-06\n")
        .file(
            "models/orders.sql",
            "select id, customer, amount, updated_at from {{ source('erp', 'sale_order') }}")
        .file(
            "models/marts/revenue.sql",
            "select customer, sum(amount) as amount from {{ ref('orders') }} group by customer")
        .file(
            "models/marts/biggest.sql",
            "{{ config(materialized='view') }}select * from {{ ref('revenue') }} where amount > {{ var('cutoff') }}")
        .file(
            "models/schema.yml",
            SOURCE
                + "models:\n  - name: orders\n    description: Orders.\n    columns: [{name: id, description: Number., data_tests: [unique, not_null]}]\n")
        .file("tests/no_negative.sql", "select * from {{ ref('revenue') }} where amount < 0");
  }

  private static Map<String, NodeStatus> statuses(BuildReport report) {
    Map<String, NodeStatus> statuses = new TreeMap<>();
    report.results().forEach(result -> statuses.put(result.node().name(), result.status()));
    return statuses;
  }

  @Test
  @Tag("REQ-PIPE-004")
  void modelsAreBuiltTestedAndPublishedInOrder() throws Exception {
    BuildReport report = shop.build(project().root());
    assertThat(report.results())
        .as(report.results().toString())
        .allMatch(r -> r.status() == NodeStatus.DONE);
    assertThat(report.testsPassed()).isEqualTo(3);
    assertThat(shop.one("select sum(amount) from gold_shop.revenue")).isEqualTo("60");
    assertThat(shop.column("select customer from gold_shop.biggest order by 1"))
        .containsExactly("Bo", "Cy");
    assertThat(
            shop.one(
                "select data_type from information_schema.columns where table_name = 'regions' and column_name = 'since'"))
        .isEqualTo("date");
    assertThat(shop.one("select name from silver_shop.regions where code = 2"))
        .isEqualTo("South, East");
    assertThat(shop.one("select obj_description('silver_shop.orders'::regclass)"))
        .isEqualTo("Orders.");
    assertThat(
            shop.column(
                "select from_name from ipai.lineage_edge where to_name = 'biggest' and kind = 'catalog'"))
        .containsExactly("revenue");
    assertThat(
            shop.column(
                "select from_schema || '.' || from_name from ipai.lineage_edge where to_name = 'orders'"))
        .containsExactly("bronze_erp.sale_order");
    assertThat(
            shop.column(
                "select object || ' ' || fault from ipai.unprotected() where object ~ 'shop|ipai\\.(model|quar|exp|lin|emb)'"))
        .isEmpty();
    assertThat(Files.readString(folder.resolve("target/manifest.json")))
        .contains("\"model.shop.revenue\"");
    assertThat(Files.readString(folder.resolve("target/run_results.json")))
        .contains("\"status\": \"success\"");
  }

  @Test
  @Tag("REQ-PIPE-005")
  void onlyWhatIsAffectedRunsAgain() {
    project();
    shop.build(folder);
    assertThat(statuses(shop.build(folder)).values()).containsOnly(NodeStatus.UNCHANGED);

    shop.load(
        "update bronze_erp.sale_order set amount = 35, _ipai_loaded_at = clock_timestamp() where id = 3");
    assertThat(
            shop.runner().plan(folder, BuildOptions.standard(folder.resolve("target"))).stream()
                .filter(PlannedNode::runs)
                .map(one -> one.node().name() + ": " + one.reason()))
        .containsExactly(
            "orders: erp.sale_order has new data",
            "revenue: orders is built before it",
            "biggest: revenue is built before it");
    BuildReport report = shop.build(folder);
    assertThat(statuses(report))
        .containsEntry("regions", NodeStatus.UNCHANGED)
        .containsEntry("orders", NodeStatus.DONE)
        .containsEntry("biggest", NodeStatus.DONE);
    assertThat(report.find("orders").orElseThrow().reason())
        .isEqualTo("erp.sale_order has new data");
    assertThat(shop.one("select amount from gold_shop.biggest where customer = 'Cy'"))
        .isEqualTo("35");

    project()
        .file(
            "models/marts/revenue.sql",
            "select customer, sum(amount) * 2 as amount from {{ ref('orders') }} group by customer");
    report = shop.build(folder);
    assertThat(statuses(report))
        .containsEntry("orders", NodeStatus.UNCHANGED)
        .containsEntry("revenue", NodeStatus.DONE)
        .containsEntry("biggest", NodeStatus.DONE);
    assertThat(report.find("revenue").orElseThrow().reason())
        .isEqualTo("its SQL, configuration or tests changed");
  }

  @Test
  @Tag("REQ-PIPE-006")
  void aFailingGateLeavesYesterdaysTableAndSkipsWhatReadsIt() {
    project();
    shop.build(folder);
    shop.load("insert into bronze_erp.sale_order (id, customer, amount) values (1, 'Twin', 5)");
    BuildReport report = shop.build(folder);
    assertThat(statuses(report))
        .containsEntry("orders", NodeStatus.FAILED)
        .containsEntry("revenue", NodeStatus.SKIPPED)
        .containsEntry("biggest", NodeStatus.SKIPPED)
        .containsEntry("regions", NodeStatus.UNCHANGED);
    assertThat(report.find("orders").orElseThrow().message())
        .isEqualTo("PIP-021 not published: unique_orders_id: 1 failures");
    assertThat(report.find("biggest").orElseThrow().reason()).isEqualTo("revenue was skipped");
    assertThat(shop.one("select count(*) from silver_shop.orders")).isEqualTo("3");
    assertThat(
            shop.one(
                "select status || ' ' || tests_failed from ipai.model_run where unique_id = 'model.shop.orders' order by finished_at desc limit 1"))
        .isEqualTo("failed 1");
    assertThat(
            shop.one(
                "select failures from ipai.expectation_result where name = 'unique_orders_id' order by id desc limit 1"))
        .isEqualTo("1");

    shop.load(
        "update bronze_erp.sale_order set id = 4, _ipai_loaded_at = clock_timestamp() where customer = 'Twin'");
    shop.succeed(folder);
    assertThat(shop.one("select count(*) from silver_shop.orders")).isEqualTo("4");
  }

  @Test
  @Tag("REQ-PIPE-006")
  void aSingularTestOfTwoModelsIsTheGateOfTheLater() {
    project()
        .file(
            "tests/totals.sql",
            "select 1 where (select sum(amount) from {{ ref('orders') }}) <> (select sum(amount) from {{ ref('revenue') }})");
    shop.build(folder);
    project()
        .file(
            "models/marts/revenue.sql",
            "select customer, sum(amount) + 1 as amount from {{ ref('orders') }} group by customer");
    BuildReport report = shop.build(folder);
    assertThat(statuses(report))
        .containsEntry("revenue", NodeStatus.FAILED)
        .containsEntry("orders", NodeStatus.UNCHANGED);
    assertThat(shop.one("select sum(amount) from gold_shop.revenue")).isEqualTo("60");
  }

  @Test
  @Tag("REQ-PIPE-007")
  void expectationsCountDropQuarantineOrStop() {
    project()
        .file(
            "models/schema.yml",
            SOURCE
                + """
            models:
              - name: orders
                columns: [{name: customer, meta: {tags: [pii.name]}}]
                meta:
                  ipai:
                    expectations:
                      - {name: has_date, expression: updated_at is not null, action: warn}
                      - {name: positive, expression: amount > 0 -- of course, action: quarantine}
                      - {name: no_test, expression: "customer <> 'Test'", action: drop}
                      - {name: has_id, expression: id is not null, action: fail}
            """);
    shop.load(
        "insert into bronze_erp.sale_order (id, customer, amount) values (4, 'Neg', -1), (5, 'Test', 1), (6, 'Unknown', null)");
    BuildReport report = shop.build(folder);
    assertThat(report.succeeded()).as(report.results().toString()).isTrue();
    assertThat(report.rowsRemoved()).isEqualTo(3);
    assertThat(shop.column("select id from silver_shop.orders order by 1"))
        .containsExactly("1", "2", "3");
    assertThat(
            shop.column(
                "select name || ' ' || action || ' ' || status || ' ' || failures || '/' || row_count from ipai.expectation_result where kind = 'expectation' order by id"))
        .containsExactly(
            "has_date warn warn 3/6",
            "positive quarantine warn 2/6",
            "no_test drop warn 1/6",
            "has_id fail pass 0/6");
    assertThat(
            shop.column(
                "select row_data->>'id' || ' ' || expectations::text || ' ' || is_sensitive from ipai.quarantine where state = 'held' order by 1"))
        .containsExactly("4 {positive} true", "6 {positive} true");

    assertThat(
            shop.column(
                "select object_name || '.' || column_name || ' ' || tag from ipai.tag order by 1"))
        .containsExactly(
            "biggest.customer pii.name", "orders.customer pii.name", "revenue.customer pii.name");
    shop.load(
        "update bronze_erp.sale_order set amount = 1, _ipai_loaded_at = clock_timestamp() where id in (4, 6)");
    shop.build(folder);
    assertThat(shop.one("select count(*) from ipai.quarantine where state = 'held'"))
        .isEqualTo("0");
    assertThat(shop.one("select count(*) from silver_shop.orders")).isEqualTo("5");

    shop.load(
        "insert into bronze_erp.sale_order (id, customer, amount) values (null, 'Nobody', 1)");
    assertThat(statuses(shop.build(folder))).containsEntry("orders", NodeStatus.FAILED);
    assertThat(shop.one("select count(*) from silver_shop.orders")).isEqualTo("5");
  }

  @Test
  @Tag("REQ-PIPE-008")
  void incrementalModelsTakeWhatIsNewByTheirStrategy() {
    String body =
        "select id, customer, amount, updated_at from {{ source('erp', 'sale_order') }}{% if is_incremental() %} where updated_at > (select max(updated_at) from {{ this }}){% endif %}";
    project()
        .file("models/orders.sql", "{{ config(materialized='incremental') }}" + body)
        .file(
            "models/replaced.sql",
            "{{ config(materialized='incremental', unique_key='id') }}" + body)
        .file(
            "models/merged.sql",
            "{{ config(materialized='incremental', unique_key=['id'], incremental_strategy='merge', merge_exclude_columns=['customer']) }}"
                + body)
        .file("models/schema.yml", SOURCE);
    shop.build(folder);
    shop.load(
        "insert into bronze_erp.sale_order (id, customer, amount, updated_at) values (3, 'Cyrus', 31, '2026-01-04'), (4, 'Di', 40, '2026-01-05')");
    shop.build(folder);
    assertThat(
            shop.column(
                "select id || customer || amount from silver_shop.orders order by updated_at"))
        .containsExactly("1Ada10", "2Bo20", "3Cy30", "3Cyrus31", "4Di40");
    assertThat(
            shop.column(
                "select id || customer || amount from silver_shop.replaced order by updated_at"))
        .containsExactly("1Ada10", "2Bo20", "3Cyrus31", "4Di40");
    assertThat(
            shop.column(
                "select id || customer || amount from silver_shop.merged order by updated_at"))
        .containsExactly("1Ada10", "2Bo20", "3Cy31", "4Di40");
    shop.build(folder, BuildOptions.standard(folder.resolve("target")).withFullRefresh(true));
    assertThat(shop.one("select count(*) from silver_shop.orders")).isEqualTo("5");
  }

  @Test
  @Tag("REQ-PIPE-007")
  void heldRowsGoThroughAnIncrementalModelAgainAfterAFix() {
    String model =
        "{{ config(materialized='incremental', unique_key='id') }}select id, amount, updated_at from {{ source('erp', 'sale_order') }}{% if is_incremental() %} where updated_at > (select max(updated_at) from {{ this }}){% endif %}";
    ProjectFolder project =
        project()
            .delete("models/marts/revenue.sql")
            .delete("models/marts/biggest.sql")
            .delete("tests/no_negative.sql");
    project
        .file("models/orders.sql", model)
        .file(
            "models/schema.yml",
            SOURCE
                + "models: [{name: orders, expectations: [{name: small, expression: amount < 25, action: quarantine}]}]");
    shop.succeed(folder);
    assertThat(shop.column("select id from silver_shop.orders order by 1"))
        .containsExactly("1", "2");
    project.file(
        "models/schema.yml",
        SOURCE
            + "models: [{name: orders, expectations: [{name: small, expression: amount < 50, action: quarantine}]}]");
    shop.build(folder, BuildOptions.standard(folder.resolve("target")).withReplay(true));
    assertThat(shop.column("select id from silver_shop.orders order by 1"))
        .containsExactly("1", "2", "3");
    assertThat(shop.column("select state from ipai.quarantine")).containsExactly("released");
  }

  @Test
  @Tag("REQ-PIPE-008")
  void snapshotsKeepEveryVersionOfARow() {
    project()
        .file(
            "snapshots/s.sql",
            "{% snapshot by_time %}{{ config(unique_key='id', strategy='timestamp', updated_at='updated_at') }}select id, amount, updated_at from {{ source('erp', 'sale_order') }}{% endsnapshot %}\n"
                + "{% snapshot by_check %}{{ config(unique_key='id', strategy='check', check_cols=['amount'], invalidate_hard_deletes=true) }}select id, amount from {{ source('erp', 'sale_order') }}{% endsnapshot %}");
    shop.succeed(folder);
    shop.load(
        "update bronze_erp.sale_order set amount = 99, updated_at = '2026-02-01', _ipai_loaded_at = clock_timestamp() where id = 2; delete from bronze_erp.sale_order where id = 3");
    BuildReport report = shop.build(folder);
    assertThat(report.succeeded()).as(report.results().toString()).isTrue();
    assertThat(
            shop.column(
                "select id || ':' || amount || ':' || (dbt_valid_to is null) from silver_shop.by_time order by id, dbt_valid_from"))
        .containsExactly("1:10:true", "2:20:false", "2:99:true", "3:30:true");
    assertThat(
            shop.column(
                "select id || ':' || amount || ':' || (dbt_valid_to is null) from silver_shop.by_check order by id, dbt_valid_from"))
        .containsExactly("1:10:true", "2:20:false", "2:99:true", "3:30:false");
  }

  @Test
  @Tag("REQ-PIPE-009")
  void eachTextIsEmbeddedOnce() {
    project()
        .file(
            "models/people.sql",
            "{{ config(embedding={'column': 'customer', 'into': 'vector'}) }}select id, customer from {{ ref('orders') }}");
    shop.build(folder);
    assertThat(shop.embedded).containsExactlyInAnyOrder("Ada", "Bo", "Cy");
    shop.load(
        "insert into bronze_erp.sale_order (id, customer, amount) values (4, 'Ann', 1), (5, 'Bo', 1)");
    shop.build(folder);
    assertThat(shop.embedded).containsExactlyInAnyOrder("Ada", "Bo", "Cy", "Ann");
    assertThat(
            shop.column(
                "select customer from silver_shop.people where ipai.cosine_similarity(vector, array[1,0]::real[]) > 0.9 order by 1"))
        .containsExactly("Ada", "Ann");
  }

  @Test
  @Tag("REQ-PIPE-009")
  void anEmbeddingIsNoColumnThatTheModelLost() {
    project()
        .file(
            "models/people.sql",
            "{{ config(materialized='incremental', unique_key='id', on_schema_change='fail', embedding={'column': 'customer', 'into': 'vector'}) }}select id, customer from {{ ref('orders') }}");
    shop.succeed(folder);
    shop.load("insert into bronze_erp.sale_order (id, customer, amount) values (4, 'Ann', 1)");
    shop.succeed(folder);
    assertThat(shop.one("select count(vector) from silver_shop.people")).isEqualTo("4");
  }

  @Test
  @Tag("REQ-PIPE-009")
  void whatAWorkerDiesOfEndsTheBuild() {
    project()
        .file(
            "models/people.sql",
            "{{ config(embedding={'column': 'customer'}) }}select id, 'too much' as customer from {{ ref('orders') }}");
    assertThatThrownBy(() -> shop.build(folder)).isInstanceOf(OutOfMemoryError.class);
  }

  @ParameterizedTest
  @Tag("REQ-PIPE-006")
  @CsvSource({
    "error, != 0, != 0, fail",
    "error, > 10, != 0, warn",
    "error, > 10, > 10, pass",
    "error, > 2, > 1, fail",
    "warn, != 0, != 0, warn",
    "warn, != 0, > 10, pass",
    "warn, > 10, > 2, warn"
  })
  void severityAndThresholdsMeanWhatTheyMeanInDbt(
      String severity, String errorIf, String warnIf, String status) {
    project()
        .file(
            "tests/three_rows.sql",
            "{{ config(severity='%s', error_if='%s', warn_if='%s') }}select * from {{ ref('orders') }}"
                .formatted(severity, errorIf, warnIf));
    BuildReport report = shop.build(folder);
    assertThat(
            report.results().stream()
                .flatMap(result -> result.checks().stream())
                .filter(check -> check.name().equals("three_rows"))
                .map(CheckResult::status))
        .containsExactly(status);
  }

  @Test
  @Tag("REQ-PIPE-006")
  void aTestWithoutANumberAsItsLimitFailsAlone() {
    project().file("tests/bad.sql", "{{ config(limit='many') }}select * from {{ ref('orders') }}");
    BuildReport report = shop.build(folder);
    assertThat(report.find("orders").orElseThrow().message()).contains("bad").contains("many");
    assertThat(report.find("regions").orElseThrow().status()).isEqualTo(NodeStatus.DONE);
  }

  @Test
  @Tag("REQ-PIPE-008")
  void aViewThatBecomesIncrementalIsBuiltAsAWholeFirst() {
    project();
    String body = "select id, amount from {{ source('erp', 'sale_order') }}";
    project().file("models/grown.sql", "{{ config(materialized='view') }}" + body);
    shop.succeed(folder);
    project().file("models/grown.sql", "{{ config(materialized='incremental') }}" + body);
    shop.succeed(folder);
    assertThat(shop.one("select count(*) from silver_shop.grown")).isEqualTo("3");
  }

  @Test
  @Tag("REQ-PIPE-008")
  void snapshotsFollowNewColumnsAndTellCompositeKeysApart() {
    String snapshot =
        "{%% snapshot s %%}{{ config(unique_key=['a', 'b'], strategy='check', check_cols='all') }}select a, b, amount%s from {{ ref('keys') }}{%% endsnapshot %%}";
    String keys =
        "select * from (values ('x|y', 'z', 1, 7), ('x', 'y|z', 2, 7), ('n', null, 3, 7)) as v (a, b, amount, more)";
    project().file("models/keys.sql", keys).file("snapshots/s.sql", snapshot.formatted(""));
    shop.succeed(folder);
    shop.build(folder, BuildOptions.standard(folder.resolve("target")).withFullRefresh(true));
    String open =
        "select count(*) filter (where dbt_valid_to is null) || ' of ' || count(*) from silver_shop.s";
    assertThat(shop.one(open)).isEqualTo("3 of 3");
    project().file("models/keys.sql", keys).file("snapshots/s.sql", snapshot.formatted(", more"));
    shop.succeed(folder);
    assertThat(shop.one(open)).isEqualTo("3 of 6");
    assertThat(shop.one("select sum(more) from silver_shop.s")).isEqualTo("21");
  }

  @Test
  @Tag("REQ-PIPE-010")
  void modelSqlHasNoPowerBeyondReadingAndItsScratchSchema() {
    project()
        .file(
            "models/bad_hook.sql",
            "{{ config(pre_hook='drop table if exists silver_shop.orders') }}select 1 as id, (select count(*) from {{ ref('orders') }}) as n")
        .file(
            "models/bad_query.sql",
            "{% if execute %}{% do run_query('delete from ipai.model_run') %}{% endif %}select 1 as id")
        .file(
            "models/bad_role.sql",
            "{{ config(pre_hook='set role ipai_publisher') }}select 1 as id");
    BuildReport report = shop.build(folder);
    assertThat(statuses(report))
        .containsEntry("bad_hook", NodeStatus.FAILED)
        .containsEntry("bad_query", NodeStatus.FAILED)
        .containsEntry("bad_role", NodeStatus.FAILED)
        .containsEntry("orders", NodeStatus.DONE);
    assertThat(shop.one("select count(*) from silver_shop.orders")).isEqualTo("3");
  }

  @Test
  @Tag("REQ-PIPE-010")
  void messagesOfFailingSqlHoldNoValueOfARow() {
    project()
        .file(
            "models/orders.sql",
            "select id, customer::int as customer, amount, updated_at from {{ source('erp', 'sale_order') }}");
    BuildReport report = shop.build(folder);
    assertThat(report.find("orders").orElseThrow().message())
        .isEqualTo(
            "PIP-020 models/orders.sql: invalid input syntax for type integer (SQLSTATE 22P02)");
    assertThat(shop.one("select message from ipai.model_run where status = 'failed'"))
        .doesNotContain("Ada");
  }
}
