package ai.ipai.pipelines.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.pipelines.ProjectFolder;
import ai.ipai.pipelines.project.NodeType;
import ai.ipai.pipelines.project.Project;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("REQ-PIPE-003")
class SelectorTest {
  @TempDir Path folder;
  private Project project;

  /** raw → a → b → d, and c → d; e alone. */
  @BeforeEach
  void read() {
    project =
        ProjectFolder.shop(folder)
            .file("models/a.sql", "select * from {{ source('erp', 'raw') }}")
            .file("models/marts/b.sql", "select * from {{ ref('a') }}")
            .file("models/c.sql", "{{ config(tags=['nightly']) }}select 1")
            .file("models/marts/d.sql", "select * from {{ ref('b') }} cross join {{ ref('c') }}")
            .file("models/e.sql", "{{ config(materialized='view') }}select 1")
            .file(
                "models/s.yml",
                "sources: [{name: erp, schema: bronze_erp, tables: [{name: raw}]}]\nmodels: [{name: b, columns: [{name: id, data_tests: [unique]}]}]")
            .read();
  }

  private Set<String> select(String select, String exclude) {
    Set<String> names = new TreeSet<>();
    for (String id : new Selector(project, ProjectGraph.of(project)).select(select, exclude)) {
      project
          .find(id)
          .filter(node -> node.type() != NodeType.TEST)
          .ifPresent(node -> names.add(node.name()));
    }
    return names;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "b|b",
        "+b|a b",
        "b+|b d",
        "+b+|a b d",
        "1+d|b c d",
        "@a|a b c d",
        "tag:mart|b d",
        "tag:mart,tag:nightly|''",
        "path:models/marts|b d",
        "models/marts|b d",
        "source:erp+|a b d",
        "source:erp.raw+1|a",
        "b c|b c",
        "+d,tag:mart|b d",
        "config.materialized:view|e",
        "marts|b d",
        "shop.marts.*|b d",
        "package:shop|a b c d e",
        "resource_type:model,tag:nightly|c",
        "a+,+d,tag:mart|b d",
        "file:b.sql|b"
      })
  void selectionsMeanWhatTheyMeanInDbt(String select, String expected) {
    assertThat(String.join(" ", select(select, ""))).isEqualTo(expected);
  }

  @Test
  void whatIsExcludedIsNotSelected() {
    assertThat(select("", "tag:mart")).containsExactly("a", "c", "e");
    assertThat(select("+d", "a+ c")).isEmpty();
  }

  @Test
  void aTestLeavesWithAnyOfItsModels() {
    Set<String> ids = new Selector(project, ProjectGraph.of(project)).select("", "b");
    assertThat(ids).isNotEmpty().noneMatch(id -> id.startsWith("test."));
  }

  @Test
  void aDistanceLargerThanAnyNumberIsNoLimit() {
    assertThat(select("99999999999+d", "")).containsExactly("a", "b", "c", "d");
  }

  @Test
  void aTestGoesWithItsModel() {
    Set<String> ids = new Selector(project, ProjectGraph.of(project)).select("b", "");
    assertThat(ids).hasSize(2).anyMatch(id -> id.startsWith("test.shop.unique_b_id"));
  }

  @Test
  void aNameThatIsNotThereIsRefusedWithTheNearest() {
    assertThatThrownBy(() -> select("tga:x", "")).hasMessageContaining("tga:");
    assertThatThrownBy(() -> select("bb", "")).hasMessageContaining("'bb'");
  }
}
