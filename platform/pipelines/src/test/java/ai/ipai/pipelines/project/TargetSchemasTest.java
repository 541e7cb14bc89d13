package ai.ipai.pipelines.project;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-PIPE-016")
class TargetSchemasTest {
  private final TargetSchemas target = new TargetSchemas("gold_shop", Map.of("raw", "silver_raw"));

  @Test
  void withoutATargetEverySchemaIsTakenAsItStands() {
    assertThat(TargetSchemas.NONE.ofNode(Optional.of("gold_finance"))).isEqualTo("gold_finance");
    assertThat(TargetSchemas.NONE.resolve("raw")).isEqualTo("raw");
  }

  @Test
  void withATargetNamesAreComposedAsDbtComposesThem() {
    assertThat(target.ofNode(Optional.empty())).isEqualTo("gold_shop");
    assertThat(target.ofNode(Optional.of(" marts "))).isEqualTo("gold_shop_marts");
    assertThat(target.ofNode(Optional.of("silver_erp"))).isEqualTo("silver_erp");
    assertThat(target.ofNode(Optional.of("raw"))).isEqualTo("raw");
  }

  @Test
  void aSchemaOutsideTheLakehouseStandsForOneInside() {
    assertThat(target.resolve("raw")).isEqualTo("silver_raw");
    assertThat(target.resolve("Ecom")).isEqualTo("gold_ecom");
    assertThat(target.resolve("bronze_erp")).isEqualTo("bronze_erp");
    assertThat(target.resolve("pg_catalog")).isEqualTo("pg_catalog");
    assertThat(target.resolve("information_schema")).isEqualTo("information_schema");
  }
}
