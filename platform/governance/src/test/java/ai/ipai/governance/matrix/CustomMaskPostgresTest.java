package ai.ipai.governance.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.governance.policy.CatalogSnapshot;
import ai.ipai.governance.policy.ColumnShape;
import ai.ipai.governance.policy.RelationShape;
import ai.ipai.governance.publish.GovernedDatabase;
import ai.ipai.spi.name.QualifiedName;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A rendering of one's own SQL is held to what the file declares, and not to being different. */
@Tag("REQ-ACCESS-012")
class CustomMaskPostgresTest {
  private static final CatalogSnapshot TABLES =
      CatalogSnapshot.of(
          List.of(
              RelationShape.table(
                  QualifiedName.parse("gold_a.person"),
                  ColumnShape.of("country", "text"),
                  ColumnShape.of("email", "text"),
                  ColumnShape.of("born", "date"))));

  private static PermissionMatrix masked(String email, String born) {
    return PermissionMatrix.of(
        GovernedDatabase.policies(
            """
            grants:
              - {to: [ipai_bi_developer, ipai_auditor], on: gold_a.person, allow: [select]}
            masks:
              - {on: gold_a.person.email, with: "%s", unless: [ipai_auditor]}
              - {on: gold_a.person.born, with: "%s", unless: [ipai_auditor]}
            """
                .formatted(email, born)),
        TABLES);
  }

  @Test
  void anotherRenderingThanTheDeclaredOneIsNoticed() throws SQLException {
    String email = "left(email, 2) || country";
    String born = "date_trunc('year', born)";
    try (GovernedDatabase database = new GovernedDatabase()) {
      PermissionMatrix declared = masked(email, born);
      MatrixScratch.build(declared, database.test().database());
      MatrixReport right = new MatrixRunner(declared, database.test().database()).run();
      assertThat(right.mismatches()).isEmpty();
      for (String other : List.of("upper(email)", "email || ' '", "null::text", "left(email, 2)")) {
        MatrixReport wrong =
            new MatrixRunner(masked(other, born), database.test().database()).run();
        assertThat(wrong.mismatches()).as(other).isNotEmpty();
      }
      MatrixReport wrong =
          new MatrixRunner(masked(email, "born + 1"), database.test().database()).run();
      assertThat(wrong.mismatches()).isNotEmpty();
    }
  }
}
