package ai.ipai.governance.access;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.governance.policy.CatalogSnapshot;
import ai.ipai.governance.policy.ColumnShape;
import ai.ipai.governance.policy.RelationShape;
import ai.ipai.governance.publish.GovernedPolicies;
import ai.ipai.spi.name.QualifiedName;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-ACCESS-013")
class AccessDiffTest {
  private static final CatalogSnapshot CATALOG =
      CatalogSnapshot.of(
          List.of(
              RelationShape.table(
                  QualifiedName.parse("gold_a.deal"),
                  ColumnShape.of("company_id", "integer"),
                  ColumnShape.of("email", "text"))));
  private static final String GRANT =
      "grants:\n  - {to: [ipai_auditor], on: \"gold_a.*\", allow: [select]}\n";
  private static final String FILTER =
      "row_filters:\n  - {on: gold_a.deal, column: company_id, claim: company_ids}\n";
  private static final String MASK =
      "masks:\n  - {on: gold_a.deal.email, with: hash, unless: [ipai_platform_admin]}\n";

  private static List<String> diff(String before, String after) {
    return AccessDiff.between(GovernedPolicies.of(before), GovernedPolicies.of(after), CATALOG)
        .stream()
        .map(change -> change.kind() + " " + change.words())
        .toList();
  }

  @Test
  void theSameRulesChangeNothing() {
    assertThat(diff(GRANT + FILTER + MASK, MASK + "# moved\n" + FILTER + GRANT)).isEmpty();
  }

  @Test
  void newGrantsSayWhichRowsAndWhatStaysMasked() {
    assertThat(diff("", GRANT + FILTER + MASK))
        .containsExactly(
            "WIDENS ipai_auditor may newly select gold_a.deal, rows where company_id in claim company_ids",
            "WIDENS ipai_auditor would see gold_a.deal.email masked with hash");
    assertThat(diff(GRANT, ""))
        .containsExactly("NARROWS ipai_auditor may no longer select gold_a.deal");
  }

  @Test
  void masksAndFiltersThatComeAndGoAreNamed() {
    assertThat(diff(GRANT, GRANT + MASK))
        .containsExactly(
            "NARROWS ipai_auditor would no longer see gold_a.deal.email in the clear but masked with hash");
    assertThat(diff(GRANT + FILTER, GRANT))
        .containsExactly(
            "WIDENS ipai_auditor would reach more rows of gold_a.deal (select): every row instead of"
                + " company_id in claim company_ids");
    assertThat(diff(GRANT + FILTER, GRANT + FILTER.replace("claim: company_ids", "claim: teams")))
        .singleElement()
        .asString()
        .startsWith("CHANGES ipai_auditor would reach other rows");
  }
}
