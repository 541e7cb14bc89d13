package ai.ipai.pipelines.run;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.spi.name.QualifiedName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-PIPE-010")
final class BuildNameTest {
  @Test
  void noTwoRelationsAndPurposesShareAScratchTable() {
    List<QualifiedName> names = new ArrayList<>();
    for (String suffix : List.of("", "__new", "__src", "__moved", "__raw", "__held")) {
      for (QualifiedName relation :
          List.of(
              QualifiedName.of("silver_x", "orders"),
              QualifiedName.of("silver_x", "orders__held"),
              QualifiedName.of("silver_x", "orders__new"),
              QualifiedName.of("silver_a__b", "c"),
              QualifiedName.of("silver_a", "b__c"),
              QualifiedName.of("silver_x", "é".repeat(31)),
              QualifiedName.of("silver_x", "é".repeat(30) + "ö"))) {
        names.add(BuildName.of(relation, suffix));
      }
    }
    assertThat(names)
        .doesNotHaveDuplicates()
        .allMatch(name -> name.name().getBytes(StandardCharsets.UTF_8).length <= 63)
        .contains(BuildName.of(QualifiedName.of("silver_x", "orders"), "__held"));
  }
}
