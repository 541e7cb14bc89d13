package ai.ipai.governance.policy;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.governance.publish.GovernedPolicies;
import ai.ipai.governance.yaml.Faults;
import ai.ipai.spi.name.QualifiedName;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("REQ-ACCESS-003")
class PolicyReaderTest {
  private static final CatalogSnapshot CATALOG =
      CatalogSnapshot.of(
          List.of(
              RelationShape.table(
                  QualifiedName.parse("gold_a.deal"),
                  ColumnShape.of("company_id", "integer"),
                  ColumnShape.of("amount", "numeric"),
                  ColumnShape.of("email", "text")),
              new RelationShape(
                  QualifiedName.parse("gold_a.over"),
                  RelationShape.Kind.VIEW,
                  List.of(ColumnShape.of("email", "text")),
                  List.of(QualifiedName.parse("gold_a.deal")))));

  private static List<String> faults(String yaml) {
    Faults faults = new Faults();
    PolicySet policies = GovernedPolicies.read(yaml, faults);
    PolicyCheck.run(policies, CATALOG, Set.of(QualifiedName.parse("gold_a.later")), faults);
    return faults.list().stream().map(Object::toString).toList();
  }

  @Test
  void everyFaultIsNamedAtOnceWithItsLineAndTheNearestName() {
    assertThat(
            faults(
                """
                grants:
                  - {to: [ipai_bi_develper], on: gold_a.deal, allow: [select]}
                  - {to: ipai_auditor, on: gold_a.deals, allow: [selct]}
                  - {to: ipai_auditor, on: public.users, allow: [select]}
                  - {to: ipai_auditor, on: gold_a.deal, alow: [select]}
                row_filters:
                  - {on: gold_a.deal, column: company, claim: company_ids}
                  - {on: gold_a.deal, column: company_id}
                masks:
                  - {on: gold_a.deal.emial, unless: [ipai_auditor]}
                  - {on: gold_a.deal.email}
                """))
        .satisfiesExactly(
            f ->
                assertThat(f)
                    .contains(
                        "policies/test.yaml:2", "GOV-002", "did you mean \"ipai_bi_developer\""),
            f ->
                assertThat(f)
                    .contains("policies/test.yaml:3", "WSP-007", "did you mean \"select\""),
            f ->
                assertThat(f)
                    .contains("policies/test.yaml:4", "GOV-005", "not a schema of a layer"),
            f -> assertThat(f).contains("policies/test.yaml:5", "WSP-005", "allow"),
            f ->
                assertThat(f).contains("policies/test.yaml:5", "WSP-004", "did you mean \"allow\""),
            f -> assertThat(f).contains("policies/test.yaml:8", "WSP-007"),
            f ->
                assertThat(f)
                    .contains("policies/test.yaml:10", "GOV-004", "did you mean \"email\""),
            f -> assertThat(f).contains("policies/test.yaml:11", "GOV-008", "nobody may see"));
  }

  @Test
  void whatExistsOrIsDeclaredIsKnown() {
    assertThat(
            faults(
                """
                grants:
                  - {to: authenticated, on: [gold_a.deal, gold_a.later, "gold_b.*"], allow: select}
                """))
        .isEmpty();
    assertThat(faults("grants:\n  - {to: anon, on: gold_a.del, allow: select}\n"))
        .singleElement()
        .asString()
        .contains("GOV-003", "did you mean \"gold_a.deal\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "grants:\n  - {to: anon, on: gold_a.deal, allow: update}\nmasks:\n  - {on: gold_a.deal.email, unless: ipai_auditor}\n",
        "grants:\n  - {to: anon, on: gold_a.deal, allow: select}\nrow_filters:\n  - {on: gold_a.deal, using: email = 'x'}\nmasks:\n  - {on: gold_a.deal.email, unless: ipai_auditor}\n",
        "masks:\n  - {on: gold_a.deal.email, with: hash, unless: ipai_auditor}\n  - {on: gold_a.deal.email, with: redact, unless: ipai_auditor}\n",
        "masks:\n  - {on: gold_a.deal.email, with: hash, unless: ipai_auditor}\n  - {on: gold_a.*.email, with: hash, unless: ipai_operator}\n",
        "masks:\n  - {on: gold_a.over.email, unless: ipai_auditor}\n",
        "grants:\n  - {to: anon, on: gold_a.over, allow: select}\nrow_filters:\n  - {on: gold_a.over, column: company_id, claim: x}\n",
        "grants:\n  - {to: anon, on: gold_a.deal, allow: [execute]}\n",
        "row_filters:\n  - {on: gold_a.deal, to: ipai_auditor, unless: ipai_auditor, column: company_id, claim: x}\n",
      })
  void contradictionsAreRefused(String yaml) {
    assertThat(faults(yaml)).isNotEmpty().allSatisfy(f -> assertThat(f).contains("GOV-008"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "true) or (true",
        "1 = 1; drop table x",
        "true -- or not",
        "a /* b */ = c",
        "x = 'open",
        "x = E'\\''",
        "x = $$a$$",
        "current_setting('request.jwt.claims') <> ''",
        "(select auth.uid()) is null",
        "set_config('a','b',true) = ''",
        "  ",
        "\"x = 1",
        "\"current_setting\"('request.jwt.claims', true) <> ''",
        "\"set_config\"('a','b',true) = ''",
        "pg_catalog.\"current_query\"() = ''",
        "u&\"current\\005fsetting\"('request.jwt.claims', true) <> ''",
        "U&\"current!005fsetting\" uescape '!' ('request.jwt.claims', true) <> ''",
        "x = u&'!0041' uescape '!'",
        "\"a\\b\" = 1",
        "(select \"auth\".uid()) is null",
        "(select auth . uid()) is null",
      })
  void expressionsThatCannotBeEmbeddedAreRefused(String expression) {
    assertThat(SqlExpression.read(expression).fault()).isPresent();
  }

  @Test
  void ordinaryExpressionsAreEmbedded() {
    SqlExpression read =
        SqlExpression.read(
            "company_id is null or \"Odd name\" = any ((select ipai.claim_ints('company_ids'))::bigint[]) and t <> 'it''s'");
    assertThat(read.fault()).isEmpty();
    assertThat(read.mentions(List.of("company_id", "Odd name", "it", "email")))
        .containsExactlyInAnyOrder("company_id", "Odd name");
    // PostgreSQL folds the letters of ASCII alone.
    assertThat(SqlExpression.read("ÄRA = 1").mentions(List.of("Ära", "ära")))
        .containsExactly("Ära");
  }

  @Test
  void masksMustFitTheTypeUnlessATagPutThemThere() {
    assertThat(faults("masks:\n  - {on: gold_a.deal.amount, with: hash, unless: ipai_auditor}\n"))
        .singleElement()
        .asString()
        .contains("GOV-009");
    assertThat(
            faults(
                "masks:\n  - {tag: pii, with: hash, unless: ipai_auditor}\ntags:\n  - {on: gold_a.deal.amount, tags: pii}\n"))
        .isEmpty();
  }

  @Test
  void duplicatesAreRefused() {
    String rule = "  - {to: anon, on: gold_a.deal, allow: select}\n";
    assertThat(faults("grants:\n" + rule + rule))
        .singleElement()
        .asString()
        .contains("policies/test.yaml:3", "GOV-007", "policies/test.yaml:2");
  }

  @Test
  void globsMatchWholeNames() {
    ObjectPattern pattern = ObjectPattern.parse("gold_*.*_report").orElseThrow();
    assertThat(pattern.matches(QualifiedName.parse("gold_a.sales_report"))).isTrue();
    assertThat(pattern.matches(QualifiedName.parse("gold_a.sales_report2"))).isFalse();
    assertThat(ObjectPattern.parse("*.*").orElseThrow().matches(QualifiedName.parse("ipai.policy")))
        .isFalse();
    assertThat(new Glob("a*b*b").matches("ab")).isFalse();
    assertThat(new Glob("a*b*b").matches("abb")).isTrue();
  }

  @Test
  void whatIsStoredReadsBackTheSame() {
    PolicySet policies =
        GovernedPolicies.of(
            """
            grants:
              - {to: [anon, "user:A@b.c"], on: "gold_*.*", allow: [select, update], description: "quote \\" here"}
            row_filters:
              - {on: gold_a.deal, to: authenticated, unless: ipai_auditor, using: "a = 'b'"}
              - {on: gold_a.deal, column: c, claim: d}
            masks:
              - {on: gold_a.deal.email, with: "left(email, 1)", unless: ipai_auditor}
              - {tag: "pii.*", unless: ipai_auditor}
            tags:
              - {on: [gold_a.deal, gold_a.deal.email], tags: [pii]}
            """);
    PolicySet back = PolicySet.EMPTY;
    for (StoredRule rule : StoredRule.of(policies)) {
      Faults faults = new Faults();
      back =
          back.and(
              PolicyReader.readAt(
                  ai.ipai.governance.yaml.Yaml.parse(rule.file(), rule.definition(), faults)
                      .orElseThrow(),
                  new ai.ipai.governance.yaml.FilePlace(rule.file(), rule.line(), 0),
                  faults));
      assertThat(faults.list()).isEmpty();
    }
    assertThat(StoredRule.of(back)).isEqualTo(StoredRule.of(policies));
  }
}
