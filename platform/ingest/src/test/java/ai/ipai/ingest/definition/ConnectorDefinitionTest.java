package ai.ipai.ingest.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-CON-001")
class ConnectorDefinitionTest {
  @Test
  void streamsInheritWhatTheyDoNotSay() {
    ConnectorDefinition definition =
        ConnectorDefinition.of(
            "my-erp",
            Map.of(
                "type", "odoo",
                "connection", Map.of("url", "https://odoo.example.com"),
                "sync", Map.of("mode", "merge", "reconcile", "7d", "parallel", 3L),
                "streams",
                    List.of(
                        "res.partner",
                        Map.of(
                            "name",
                            "sale.order",
                            "mode",
                            "full_refresh",
                            "fields",
                            List.of("name")))));
    assertThat(definition.schema()).isEqualTo("bronze_my_erp");
    assertThat(definition.stream("res.partner").mode()).isEqualTo(SyncMode.MERGE);
    assertThat(definition.stream("res.partner").reconcileEvery()).isEqualTo(Duration.ofDays(7));
    assertThat(definition.stream("sale.order").mode()).isEqualTo(SyncMode.FULL_REFRESH);
    assertThat(
            definition.settings().selection("sale.order").orElseThrow().options().texts("fields"))
        .containsExactly("name");
  }

  @Test
  void faultsNameTheFile() {
    assertThatThrownBy(() -> ConnectorDefinition.of("erp", Map.of("type", "odoo", "stream", 1)))
        .hasMessageContaining("connectors/erp.yaml")
        .hasMessageContaining("stream");
    assertThatThrownBy(() -> ConnectorDefinition.of("Erp", Map.of("type", "odoo")))
        .hasMessageContaining("lower case");
    assertThatThrownBy(
            () -> ConnectorDefinition.of("erp", Map.of("type", "odoo", "domain", "a\"b")))
        .hasMessageContaining("domain");
    assertThatThrownBy(
            () ->
                ConnectorDefinition.of(
                    "erp", Map.of("type", "odoo", "sync", Map.of("mode", "sometimes"))))
        .hasMessageContaining("mode");
  }
}
