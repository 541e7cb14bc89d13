package ai.ipai.pipelines.run;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.pipelines.ProjectFolder;
import ai.ipai.pipelines.project.TargetSchemas;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A project as people write them for dbt, which knows nothing of layers, builds as it stands. */
@Tag("REQ-PIPE-016")
class ForeignProjectPostgresTest {
  private static final TargetSchemas SCHEMAS =
      new TargetSchemas("gold_shop", Map.of("raw", "silver_raw"));

  @TempDir private Path folder;
  private final ShopDatabase shop = new ShopDatabase();

  @AfterEach
  void close() {
    shop.close();
  }

  private ProjectFolder project() {
    return new ForeignProject(folder).write();
  }

  private BuildOptions options(TargetSchemas schemas) {
    return BuildOptions.standard(folder.resolve("target"))
        .on(new BuildOptions.Target("dev", schemas, Set.of()))
        .withVariables(Map.of("with_seeds", true));
  }

  private BuildReport build(TargetSchemas schemas) {
    return shop.build(folder, options(schemas));
  }

  @Test
  void schemasOfTheProjectBecomeSchemasOfTheLakehouse() {
    project();
    BuildReport report = build(SCHEMAS);
    assertThat(report.succeeded()).as(report.results().toString()).isTrue();
    assertThat(shop.column("select schema_name || '.' || relation_name from ipai.model order by 1"))
        .containsExactly(
            "gold_shop.late", "gold_shop.stays", "gold_shop_marts.by_room", "silver_raw.guests");
  }

  @Test
  void aSourceThatASeedFillsIsReadAfterTheSeed() {
    project();
    build(SCHEMAS);
    assertThat(shop.one("select schema_name from ipai.model where relation_name = 'guests'"))
        .isEqualTo("silver_raw");
    assertThat(shop.one("select count(*) from gold_shop.stays")).isEqualTo("3");
    BuildReport again = build(SCHEMAS);
    assertThat(again.count(NodeStatus.UNCHANGED)).as(again.results().toString()).isEqualTo(4);
  }

  @Test
  void shortLinesEmptyValuesAndUnquotedNamesOfSeedsAreReadAsDbtReadsThem() {
    project();
    build(SCHEMAS);
    assertThat(
            shop.column(
                "select guest_id || ':' || coalesce(name, '-') || ':' || coalesce(room::text, '-') from silver_raw.guests order by 1"))
        .containsExactly("1:Ada, the first:7", "2:-:7", "3:Cy:-");
  }

  @Test
  void macrosOfPackagesTellRelationsFromTextsAndSetsRegardOrder() {
    project();
    BuildReport report = build(SCHEMAS);
    assertThat(report.find("by_room").orElseThrow().passed()).isEqualTo(2);
    assertThat(shop.column("select room from gold_shop_marts.by_room where guests = 2"))
        .containsExactly("7");
  }

  @Test
  void whatIsDescribedButAbsentIsNotedNotRefused() {
    project();
    java.util.List<String> said = new java.util.ArrayList<>();
    shop.runner()
        .build(
            folder,
            options(SCHEMAS),
            new BuildListener() {
              @Override
              public void message(String text) {
                said.add(text);
              }
            });
    assertThat(said)
        .containsExactly(
            "models/schema.yml:6:5: there is no model, seed or snapshot 'gone' to describe");
  }
}
