package ai.ipai.ingest.name;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-CON-004")
class BronzeNameTest {
  @Test
  void namesAreLowerCaseLettersDigitsAndUnderscores() {
    assertThat(BronzeName.of("account.move.line")).isEqualTo("account_move_line");
    assertThat(BronzeName.of("ID Über-Größe")).isEqualTo("id_über_größe");
    assertThat(BronzeName.of("1st \"col\"; drop")).isEqualTo("_1st__col___drop");
    assertThat(BronzeName.of("名前")).isEqualTo("名前");
    assertThat(BronzeName.of("")).isEqualTo("_");
    assertThat(BronzeName.of("a\0b\ud800c")).isEqualTo("a_b_c");
  }

  @Test
  void longNamesAreCutAtWholeCharactersAndStayApart() {
    String one = BronzeName.of("名".repeat(40) + "x");
    String two = BronzeName.of("名".repeat(40) + "y");
    assertThat(one).isNotEqualTo(two).isEqualTo(BronzeName.of("名".repeat(40) + "x"));
    assertThat(one.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(63);
  }

  @Test
  void namesThatWouldMeetDoNotAndTheirOrderDoesNotMatter() {
    Map<String, String> names = BronzeName.allOf(List.of("A b", "a-b", "c"), Map.of());
    assertThat(names.get("A b")).isNotEqualTo(names.get("a-b"));
    assertThat(names).containsEntry("c", "c");
    assertThat(BronzeName.allOf(List.of("c", "a-b", "A b"), Map.of())).isEqualTo(names);
  }

  @Test
  void namesOfOursAndOfPostgresAreNotTaken() {
    assertThat(BronzeName.of("_ipai_op")).isNotEqualTo("_ipai_op").startsWith("x_ipai_op_");
    assertThat(BronzeName.of("xmin")).isNotEqualTo("xmin");
  }
}
