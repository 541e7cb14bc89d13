package ai.ipai.governance.publish;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.governance.policy.AccessPlan;
import ai.ipai.governance.policy.ColumnShape;
import ai.ipai.governance.policy.PolicyCompiler;
import ai.ipai.governance.policy.RelationShape;
import ai.ipai.spi.name.QualifiedName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The SQL that policies compile to, word for word. */
@Tag("REQ-ACCESS-006")
class ProtectionGoldenTest {
  private static final RelationShape INVOICE =
      RelationShape.table(
          QualifiedName.parse("gold_a.invoice"),
          ColumnShape.of("id", "bigint"),
          ColumnShape.of("company_id", "integer"),
          ColumnShape.of("email", "text"));

  private static AccessPlan plan(String yaml) {
    return PolicyCompiler.compile(GovernedPolicies.of(yaml), INVOICE);
  }

  @Test
  void aTableThatNoRuleMentionsIsClosed() {
    assertThat(Protection.ofTable(INVOICE.name(), "ipai_publisher", AccessPlan.closed(INVOICE)))
        .containsExactly(
            "alter table \"gold_a\".\"invoice\" enable row level security",
            "alter table \"gold_a\".\"invoice\" force row level security",
            "create policy ipai_owner on \"gold_a\".\"invoice\" for all to \"ipai_publisher\" using (true) with check (true)",
            "grant select on \"gold_a\".\"invoice\" to ipai_builder",
            "create policy ipai_builder on \"gold_a\".\"invoice\" for select to \"ipai_builder\" using (true)");
  }

  @Test
  void oneTableHasOnePolicyForEachCommand() {
    AccessPlan plan =
        plan(
            """
            grants:
              - {to: [ipai_auditor, ipai_operator], on: gold_a.invoice, allow: [select]}
              - {to: ["user:ada@x.org"], on: gold_a.invoice, allow: [select, update]}
              - {to: [service_role], on: gold_a.invoice, allow: [select]}
            row_filters:
              - {on: gold_a.invoice, column: company_id, claim: company_ids, unless: [ipai_platform_admin]}
              - {on: gold_a.invoice, to: [ipai_operator], using: id > 10}
            """);
    String byClaim =
        "((select ipai.has_role('ipai_platform_admin')) or (\"company_id\" = any ((select ipai.claim_ints('company_ids'))::bigint[])))";
    assertThat(Protection.ofTable(INVOICE.name(), "ipai_publisher", plan).stream().skip(5))
        .containsExactly(
            "grant select on \"gold_a\".\"invoice\" to \"authenticated\", \"ipai_auditor\", \"ipai_operator\", \"service_role\"",
            "create policy ipai_select on \"gold_a\".\"invoice\" for select to \"authenticated\", \"ipai_auditor\", \"ipai_operator\" using ("
                + "((((select ipai.has_role('ipai_auditor')) or (select ipai.is_principal('user:ada@x.org'))) and "
                + byClaim
                + ") or ((select ipai.has_role('ipai_operator')) and "
                + byClaim
                + " and (id > 10))))",
            "create policy ipai_service_select on \"gold_a\".\"invoice\" for select to \"service_role\" using (true)",
            "grant update on \"gold_a\".\"invoice\" to \"authenticated\"",
            "create policy ipai_update on \"gold_a\".\"invoice\" for update to \"authenticated\" using ("
                + "((select ipai.is_principal('user:ada@x.org')) and "
                + byClaim
                + ")) with check (((select ipai.is_principal('user:ada@x.org')) and "
                + byClaim
                + "))");
  }

  @Test
  void aMaskedTableIsAViewOverPartsThatDecide() {
    AccessPlan plan =
        plan(
            """
            grants:
              - {to: [ipai_auditor, ipai_operator], on: gold_a.invoice, allow: [select]}
            masks:
              - {on: gold_a.invoice.email, with: hash, unless: [ipai_auditor]}
            """);
    Split split = Split.of(plan, 7);
    assertThat(split.createView())
        .isEqualTo(
            "create view \"gold_a\".\"invoice\" with (security_invoker = true) as select o.\"id\", o.\"company_id\","
                + " case when c1.\"_ipai_row_id\" is null then o.\"email\" else c1.\"email\" end as \"email\""
                + " from \"ipai_part\".\"gold_a__invoice__v7_open\" o"
                + " left join \"ipai_part\".\"gold_a__invoice__v7_clear1\" c1 on c1.\"_ipai_row_id\" = o.\"_ipai_row_id\"");
    assertThat(split.protect("ipai_publisher"))
        .contains(
            "create policy ipai_select on \"ipai_part\".\"gold_a__invoice__v7_clear1\" for select to \"authenticated\", \"ipai_auditor\""
                + " using ((select ipai.has_any_role('{ipai_auditor,ipai_operator}')) and (select ipai.has_role('ipai_auditor')))");
    assertThat(Split.render(plan.masks().getFirst()))
        .isEqualTo(
            "cast(encode(sha256((select salt from ipai.mask_salt) || convert_to(\"email\"::text, 'UTF8')), 'hex') as text)");
  }

  @Test
  void namesOfPartsFitAndStayApart() {
    String longName = "ö".repeat(31);
    QualifiedName first = PartName.of(QualifiedName.of("gold_finance", longName), 12, "_clear3");
    QualifiedName second =
        PartName.of(QualifiedName.of("gold_finance", longName + "x"), 12, "_clear3");
    assertThat(first.name()).endsWith("__v12_clear3");
    assertThat(first.name().getBytes(java.nio.charset.StandardCharsets.UTF_8).length)
        .isLessThanOrEqualTo(63);
    assertThat(first).isNotEqualTo(second);
  }
}
