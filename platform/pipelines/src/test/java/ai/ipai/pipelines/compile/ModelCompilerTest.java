package ai.ipai.pipelines.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.pipelines.ProjectFolder;
import ai.ipai.pipelines.project.Node;
import ai.ipai.pipelines.project.NodeType;
import ai.ipai.pipelines.project.Project;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("REQ-PIPE-002")
class ModelCompilerTest {
  @TempDir Path folder;

  private static String sql(Project project, String id) {
    return compiler(project).compile(project.node(id), options()).sql();
  }

  private static ModelCompiler compiler(Project project) {
    return new ModelCompiler(project, Catalog.NONE, message -> {});
  }

  private static ModelCompiler.Options options() {
    return ModelCompiler.Options.of(ProjectFolder.settings());
  }

  @Test
  void refsSourcesVariablesAndMacrosBecomeSql() {
    Project project =
        ProjectFolder.shop(folder)
            .file(
                "macros/cents.sql",
                "{% macro cents(column, digits=2) %}round({{ column }} / 100.0, {{ digits }}){% endmacro %}")
            .file("models/orders.sql", "select 1 as id")
            .file(
                "models/a.sql",
                "{{ config(materialized='incremental') }}select {{ cents('amount') }}, {{ dbt.dateadd('day', 1, 'd') }}, '{{ target.type }}'\n"
                    + "from {{ ref('orders') }} where n > {{ var('cutoff') }}{% if is_incremental() %} and id > (select max(id) from {{ this }}){% endif %}")
            .read();
    assertThat(sql(project, "model.shop.a"))
        .isEqualTo(
            "select round(amount / 100.0, 2), (d + ((1) * interval '1 day')), 'postgres'\n"
                + "from \"silver_shop\".\"orders\" where n > 10");
    String incremental =
        compiler(project)
            .compile(
                project.node("model.shop.a"),
                new ModelCompiler.Options(ProjectFolder.settings(), true, Map.of()))
            .sql();
    assertThat(incremental).endsWith("and id > (select max(id) from \"silver_shop\".\"a\")");
  }

  @Test
  void ephemeralModelsBecomeCtesInFrontOfThoseOfTheQuery() {
    Project project =
        ProjectFolder.shop(folder)
            .file("models/inner.sql", "{{ config(materialized='ephemeral') }}select 1 as id")
            .file(
                "models/middle.sql",
                "{{ config(materialized='ephemeral') }}select * from {{ ref('inner') }}")
            .file("models/plain.sql", "-- with a comment\nselect * from {{ ref('middle') }}")
            .file(
                "models/with.sql",
                "/* c */ with own as (select * from {{ ref('middle') }}) select * from own")
            .read();
    assertThat(sql(project, "model.shop.plain"))
        .isEqualTo(
            "-- with a comment\nwith __dbt__cte__inner as (\nselect 1 as id\n),\n__dbt__cte__middle as (\nselect * from __dbt__cte__inner\n)\n"
                + "select * from __dbt__cte__middle");
    assertThat(sql(project, "model.shop.with"))
        .isEqualTo(
            "/* c */ with __dbt__cte__inner as (\nselect 1 as id\n),\n__dbt__cte__middle as (\nselect * from __dbt__cte__inner\n),\n"
                + "own as (select * from __dbt__cte__middle) select * from own");
  }

  @Test
  void testsOfAModelReadItsFreshBuild() {
    Project project =
        ProjectFolder.shop(folder)
            .file("models/a.sql", "select 1 as id")
            .file("models/b.sql", "select 1 as id")
            .file(
                "models/schema.yml",
                "models:\n  - name: a\n    columns:\n      - name: id\n        data_tests:\n"
                    + "          - relationships: {to: ref('b'), field: id, config: {where: id > 0}}\n")
            .read();
    Node test = project.ofType(NodeType.TEST).getFirst();
    String sql =
        compiler(project)
            .compile(
                test,
                new ModelCompiler.Options(
                    ProjectFolder.settings(),
                    false,
                    Map.of("model.shop.a", QualifiedName.of("ipai_build", "a"))))
            .sql();
    assertThat(sql)
        .contains("from (select * from \"ipai_build\".\"a\" where id > 0) dbt_subquery as child")
        .contains("from \"silver_shop\".\"b\" as parent");
  }

  @Test
  void faultsNameTheLineOfTheModelAndTheMacroOnTheWay() {
    Project project =
        ProjectFolder.shop(folder)
            .file(
                "macros/m.sql",
                "\n{% macro broken() %}{% if execute %}\n{{ 1 + 'x' }}{% endif %}{% endmacro %}")
            .file("models/a.sql", "select\n\n{{ broken() }}")
            .read();
    assertThatThrownBy(() -> sql(project, "model.shop.a"))
        .isInstanceOfSatisfying(
            IpaiException.class,
            fault -> {
              assertThat(fault.facts())
                  .containsEntry("file", "macros/m.sql")
                  .containsEntry("line", "3");
              assertThat(fault.facts().get("called")).contains("models/a.sql:3");
            });
  }

  @Test
  void environmentVariablesAreReadOnlyWhereAllowed() {
    assertThatThrownBy(
            () ->
                ProjectFolder.shop(folder)
                    .file("models/a.sql", "select '{{ env_var('PATH') }}'")
                    .read())
        .hasMessageContaining("not among the names that a project may read");
  }

  @Test
  void queriesRunAtCompileTimeAndTheirRowsAreReached() {
    List<String> asked = new ArrayList<>();
    Catalog catalog =
        new Catalog() {
          @Override
          public ResultTable query(String sql) {
            asked.add(sql);
            return new ResultTable(
                List.of("kind", "n"), List.of(List.of("a", 1L), List.of("b", 2L)));
          }

          @Override
          public List<RelationColumn> columns(QualifiedName relation) {
            return List.of(new RelationColumn("id", "bigint"), new RelationColumn("name", "text"));
          }

          @Override
          public java.util.Optional<String> kindOf(QualifiedName relation) {
            return java.util.Optional.of("table");
          }
        };
    Project project =
        ProjectFolder.shop(folder)
            .file("models/orders.sql", "select 1 as id")
            .file(
                "models/pivot.sql",
                """
                {%- set kinds = run_query('select distinct kind from ' ~ ref('orders')).columns[0].values() if execute else [] -%}
                {%- call statement('more', fetch_result=True) -%}select 2{%- endcall -%}
                select {% for kind in kinds %}sum(n) filter (where kind = '{{ kind }}') as {{ kind }}{{ ', ' if not loop.last }}{% endfor %}
                , {{ load_result('more')['data'][1][0] if execute }}, {% for c in adapter.get_columns_in_relation(ref('orders')) %}{{ c.quoted }}:{{ c.data_type }} {% endfor %}
                """)
            .read();
    String sql =
        new ModelCompiler(project, catalog, message -> {})
            .compile(project.node("model.shop.pivot"), options())
            .sql();
    assertThat(asked)
        .containsExactly("select distinct kind from \"silver_shop\".\"orders\"", "select 2");
    assertThat(sql)
        .contains("sum(n) filter (where kind = 'a') as a, sum(n) filter (where kind = 'b') as b")
        .contains("b, \"id\":bigint \"name\":text");
  }
}
