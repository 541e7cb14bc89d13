package ai.ipai.pipelines.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.pipelines.ProjectFolder;
import ai.ipai.pipelines.project.Expectation;
import ai.ipai.pipelines.project.Node;
import ai.ipai.pipelines.project.NodeType;
import ai.ipai.pipelines.project.Project;
import ai.ipai.spi.error.IpaiException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("REQ-PIPE-001")
class ProjectReaderTest {
  @TempDir Path folder;

  @Test
  void modelsSeedsTestsAndSourcesAreReadWithWhatTheyRefer() {
    Project project =
        ProjectFolder.shop(folder)
            .file("models/staging/orders.sql", "select * from {{ source('erp', 'sale_order') }}")
            .file(
                "models/marts/revenue.sql",
                "{{ config(tags=['daily'], alias='sales') }}\n{% if execute %}{% endif %}select * from {{ ref('orders') }} join {{ ref('countries') }} using (id)")
            .file("seeds/countries.csv", "id,name\n1,Nepal\n")
            .file("tests/no_negative.sql", "select * from {{ ref('revenue') }} where amount < 0")
            .file(
                "models/schema.yml",
                """
                version: 2
                sources:
                  - name: erp
                    schema: bronze_erp
                    tags: [odoo]
                    tables: [{name: sale_order, columns: [{name: id, data_tests: [not_null]}]}]
                models:
                  - name: orders
                    description: Orders.
                    columns:
                      - name: email
                        meta: {tags: [pii.email]}
                        data_tests:
                          - unique
                          - relationships: {to: ref('countries'), field: id, config: {severity: warn}}
                    meta:
                      ipai:
                        expectations:
                          - {name: positive, expression: amount > 0, action: quarantine}
                """)
            .read();

    Node revenue = project.node("model.shop.revenue");
    assertThat(revenue.links().nodes()).containsExactly("model.shop.orders", "seed.shop.countries");
    assertThat(revenue.tags()).containsExactly("mart", "daily");
    assertThat(revenue.materialized()).isEqualTo("table");
    assertThat(project.relation("model.shop.revenue")).hasToString("gold_shop.sales");
    assertThat(project.relation("seed.shop.countries")).hasToString("silver_shop.countries");
    Node orders = project.node("model.shop.orders");
    assertThat(orders.links().sources()).containsExactly("source.shop.erp.sale_order");
    assertThat(orders.facts().columns().values())
        .singleElement()
        .satisfies(column -> assertThat(column.tags()).containsExactly("pii.email"));
    assertThat(orders.facts().expectations())
        .containsExactly(new Expectation("positive", "amount > 0", Expectation.Action.QUARANTINE));
    List<Node> tests = project.ofType(NodeType.TEST);
    assertThat(tests).hasSize(4);
    Node relationships =
        tests.stream()
            .filter(test -> test.name().startsWith("relationships"))
            .findFirst()
            .orElseThrow();
    assertThat(relationships.links().nodes())
        .containsExactlyInAnyOrder("model.shop.orders", "seed.shop.countries");
    assertThat(relationships.config().text("severity")).contains("warn");
  }

  @Test
  void everyFaultIsReportedAtOnceWithItsLine() {
    assertThatThrownBy(
            () ->
                ProjectFolder.shop(folder)
                    .file("models/a.sql", "select 1\nfrom {{ ref('ordrs') }}")
                    .file("models/orders.sql", "select 1")
                    .file("models/b.sql", "select\n{{ unknown_macro(1) }}")
                    .file("models/c.sql", "select\n\n{% if x %}")
                    .file(
                        "models/schema.yml",
                        "models:\n  - name: ordrs\n  - name: orders\n    columns:\n      - name: id\n        data_tests: [uniqe]\n")
                    .read())
        .isInstanceOfSatisfying(
            IpaiException.class,
            fault ->
                assertThat(fault)
                    .hasMessageContaining(
                        "models/a.sql:2 PIP-004 ref('ordrs') names no model, seed or snapshot (did you mean \"orders\"?)")
                    .hasMessageContaining("models/b.sql:2 PIP-003 'unknown_macro' is undefined")
                    .hasMessageContaining("models/c.sql:3 PIP-003 this if is never closed")
                    .hasMessageContaining("models/schema.yml:2:5 PIP-014")
                    .hasMessageContaining("(did you mean \"unique\"?)"));
  }

  @Test
  void aCircleIsReportedWithItsPath() {
    assertThatThrownBy(
            () ->
                ProjectFolder.shop(folder)
                    .file("models/a.sql", "select * from {{ ref('c') }}")
                    .file("models/b.sql", "select * from {{ ref('a') }}")
                    .file("models/c.sql", "select * from {{ ref('b') }}")
                    .read())
        .hasMessageContaining("PIP-007")
        .hasMessageContaining(
            "a (models/a.sql) → b (models/b.sql) → c (models/c.sql) → a (models/a.sql)");
  }

  @Test
  void aModelOutsideTheLayersIsRefused() {
    assertThatThrownBy(
            () ->
                ProjectFolder.shop(folder)
                    .file("models/a.sql", "{{ config(schema='public') }} select 1")
                    .read())
        .hasMessageContaining("PIP-012")
        .hasMessageContaining("'public' is no layer that models may write");
    assertThatThrownBy(
            () ->
                ProjectFolder.shop(folder)
                    .file("models/a.sql", "{{ config(schema='bronze_erp') }} select 1")
                    .read())
        .hasMessageContaining("PIP-012");
  }

  @Test
  void packagesFromFoldersBringMacrosTestsAndModels() {
    Project project =
        ProjectFolder.shop(folder)
            .file("packages.yml", "packages:\n  - local: vendor/tools\n")
            .file("vendor/tools/dbt_project.yml", "name: tools\n")
            .file(
                "vendor/tools/macros/tools.sql",
                """
                {% macro twice(x) %}{{ return(adapter.dispatch('twice', 'tools')(x)) }}{% endmacro %}
                {% macro default__twice(x) %}{{ x }} * 2{% endmacro %}
                {% macro postgres__twice(x) %}({{ x }} + {{ x }}){% endmacro %}
                {% test above(model, column_name, limit) %}select * from {{ model }} where {{ column_name }} <= {{ limit }}{% endtest %}
                """)
            .file("models/a.sql", "select {{ tools.twice('1') }} as x")
            .file(
                "models/schema.yml",
                "models:\n  - name: a\n    columns: [{name: x, data_tests: [{tools.above: {limit: 1}}]}]\n")
            .read();
    assertThat(project.packages()).containsKeys("shop", "tools");
    assertThat(project.ofType(NodeType.TEST)).hasSize(1);
  }

  @Test
  void aFolderWithoutProjectIsSaidSo() {
    assertThatThrownBy(() -> ProjectReader.read(folder, ProjectFolder.settings()))
        .hasMessageContaining("no dbt_project.yml");
  }
}
