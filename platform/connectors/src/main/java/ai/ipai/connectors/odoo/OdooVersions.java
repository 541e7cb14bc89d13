package ai.ipai.connectors.odoo;

import java.util.List;
import java.util.Set;

/** What is known about Odoo's versions and its usual models. */
final class OdooVersions {
  private static final Set<String> KNOWN =
      Set.of("14.0", "15.0", "16.0", "17.0", "18.0", "19.0", "20.0");

  /** Read where a file names no streams, as far as the server has them. */
  static final List<String> DEFAULT_STREAMS =
      List.of(
          "account.account",
          "account.account" + OdooModel.COMPANY_VALUES,
          "account.full.reconcile",
          "account.journal",
          "account.move",
          "account.move.line",
          "account.partial.reconcile",
          "account.payment",
          "account.payment.term",
          "account.tax",
          "crm.lead",
          "crm.stage",
          "crm.tag",
          "hr.department",
          "hr.employee",
          "hr.expense",
          "product.category",
          "product.product",
          "product.template",
          "project.project",
          "project.task",
          "project.task.type",
          "purchase.order",
          "purchase.order.line",
          "res.company",
          "res.country",
          "res.currency",
          "res.currency.rate",
          "res.groups",
          "res.partner",
          "res.partner.category",
          "res.partner.industry",
          "res.users",
          "sale.order",
          "sale.order.line",
          "stock.location",
          "stock.move",
          "stock.move.line",
          "stock.picking",
          "stock.quant",
          "stock.warehouse",
          "uom.uom");

  private OdooVersions() {}

  static boolean isKnown(String version) {
    return KNOWN.contains(version);
  }
}
