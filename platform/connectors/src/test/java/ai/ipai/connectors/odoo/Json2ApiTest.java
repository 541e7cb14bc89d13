package ai.ipai.connectors.odoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-CON-085")
class Json2ApiTest {
  @Test
  void positionalArgumentsGetTheirNames() {
    assertThat(
            Json2Api.named(
                "write", List.of(List.of(7), Map.of("name", "A")), Map.of("context", Map.of())))
        .containsOnlyKeys("ids", "vals", "context")
        .containsEntry("ids", List.of(7));
  }

  @Test
  void anArgumentWithoutANameIsRefusedBeforeAnythingIsSent() {
    assertThatThrownBy(() -> Json2Api.named("action_post", List.of(List.of(7)), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("action_post");
    assertThat(Json2Api.named("action_post", List.of(), Map.of("ids", List.of(7))))
        .containsOnlyKeys("ids");
  }
}
