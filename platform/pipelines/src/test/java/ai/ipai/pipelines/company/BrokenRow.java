package ai.ipai.pipelines.company;

import java.util.List;

/**
 * A row that says something wrong, and the tests that must see it. Each stands for a mistake that a
 * model could make.
 *
 * @param what for people
 * @param sql changes at least one row of a built table
 * @param seenBy tests of which every one must fail
 */
record BrokenRow(String what, String sql, List<String> seenBy) {
  private static BrokenRow of(String what, String sql, String... seenBy) {
    return new BrokenRow(what, sql, List.of(seenBy));
  }

  @Override
  public String toString() {
    return what;
  }

  static List<BrokenRow> all() {
    return List.of(
        of(
            "a cent too much on an account",
            "update gold_finance.trial_balance set closing_balance = closing_balance + 0.01 where account_type = 'asset_cash'",
            "trial_balance_is_zero",
            "balance_sheet_ties_to_trial_balance",
            "cash_balance_ties_to_the_ledger"),
        of(
            "an item changed on its way to the ledger",
            "update gold_finance.general_ledger set balance = balance + 1 where journal_item_id = 45",
            "every_entry_balances",
            "running_balance_moves_by_the_balance",
            "consolidation_covers_the_ledger"),
        of(
            "an item lost on its way",
            "delete from gold_finance.general_ledger where journal_item_id = 310",
            "no_posted_item_is_lost",
            "every_entry_balances"),
        of(
            "an item doubled by a join",
            "insert into gold_finance.general_ledger select * from gold_finance.general_ledger where journal_item_id = 310",
            "no_posted_item_is_lost"),
        of(
            "a running balance out of step",
            """
            update gold_finance.general_ledger set running_balance = running_balance + 1
            where journal_item_id = (select max(journal_item_id) from gold_finance.general_ledger where account_type = 'expense')
            """,
            "running_balance_moves_by_the_balance"),
        of(
            "an item posted though its entry is a draft",
            "update silver_erp.journal_item set state = 'posted' where state = 'draft'",
            "items_share_the_state_of_their_entry"),
        of(
            "a balance sheet of the past that does not balance",
            """
            update gold_finance.balance_sheet set amount = amount + 1
            where balance_date = '2026-09-30' and company_id = 3 and section = 'Receivables'
            """,
            "balance_sheet_balances"),
        of(
            "an amount on the wrong line of the balance sheet",
            """
            update gold_finance.balance_sheet set amount = amount + case section when 'Receivables' then 1 else -1 end
            where is_current and company_id = 1 and section in ('Receivables', 'Bank and cash')
            """,
            "balance_sheet_ties_to_trial_balance"),
        of(
            "income of a month too high",
            """
            update gold_finance.profit_and_loss set profit_effect = profit_effect + 1
            where month = '2026-10-01' and company_id = 1 and kind = 'income'
            """,
            "profit_ties_to_trial_balance"),
        of(
            "an invoice more open than it is",
            "update gold_finance.ar_open_item set open_amount = open_amount + 1 where journal_item_id = 311",
            "ar_open_items_equal_the_ledger",
            "ar_open_items_equal_the_erp_residual",
            "ar_open_items_equal_invoice_residuals",
            "ar_ageing_equals_open_items",
            "ar_ageing_buckets_equal_open_items"),
        of(
            "an invoice more open in its own currency",
            "update gold_finance.ar_open_item set open_amount_document = open_amount_document + 1 where journal_item_id = 311",
            "ar_open_items_equal_the_erp_residual"),
        of(
            "a payment matched with the wrong invoice",
            """
            update gold_finance.ar_open_item set open_amount = open_amount + case journal_item_id when 311 then 1 else -1 end
            where journal_item_id in (309, 311)
            """,
            "ar_open_items_equal_the_erp_residual",
            "ar_open_items_equal_invoice_residuals"),
        of(
            "a bill forgotten",
            """
            delete from gold_finance.ap_open_item
            where journal_item_id = (select min(journal_item_id) from gold_finance.ap_open_item where company_id = 3)
            """,
            "ap_open_items_equal_the_ledger",
            "ap_open_items_equal_the_erp_residual",
            "ap_ageing_equals_open_items",
            "ap_ageing_buckets_equal_open_items"),
        of(
            "a customer's total that its buckets do not add up to",
            "update gold_finance.ar_ageing set days_1_30 = days_1_30 + 1 where ageing_key = '1-67'",
            "ar_ageing_equals_open_items"),
        of(
            "a vendor's total too high",
            "update gold_finance.ap_ageing set total = total + 1, not_due = not_due + 1 where ageing_key = '3-85'",
            "ap_ageing_equals_open_items"),
        of(
            "a bar of the chart too high",
            "update gold_finance.ar_ageing_bucket set amount = amount + 1 where bucket_key = '1-0'",
            "ar_ageing_buckets_equal_open_items"),
        of(
            "a bar of the chart missing",
            "delete from gold_finance.ap_ageing_bucket where bucket_key = '3-0'",
            "ap_ageing_buckets_equal_open_items"),
        of(
            "cash in the wrong month",
            """
            update gold_finance.cash_flow set net = net + case month when '2026-01-01' then 1 else -1 end
            where company_id = 1 and activity = 'unallocated'
            """,
            "cash_flow_ties_to_the_cash_accounts"),
        of(
            "a bank account that ends elsewhere than in the ledger",
            "update gold_finance.cash_balance set closing_balance = closing_balance + 1 where month = '2026-11-01'",
            "cash_balance_ties_to_the_ledger"),
        of(
            "a translated amount too high",
            """
            update gold_finance.consolidated_statement set balance = balance + 1
            where company_id = 3 and section = 'Receivables'
            """,
            "consolidation_balances"),
        of(
            "dollars that change when translated to dollars",
            """
            update gold_finance.consolidated_statement
            set balance = balance + case section when 'Receivables' then 1 else -1 end
            where company_id = 1 and section in ('Receivables', 'Bank and cash')
            """,
            "consolidation_balances"),
        of(
            "an account left out of the consolidation",
            "delete from gold_finance.consolidated_statement where company_id = 3 and section = 'Receivables'",
            "consolidation_covers_the_ledger"),
        of(
            "an amount under another currency's name",
            "update gold_finance.ar_ageing set currency = 'EUR' where ageing_key = '1-67'",
            "amounts_are_in_the_companys_currency"),
        of(
            "a check that does not hold",
            "update gold_finance.reconciliation_check set holds = false where check_key = '1-10'",
            "reconciliation_checks_hold"),
        of(
            "a company whose checks vanished",
            "delete from gold_finance.reconciliation_check where company_id = 3",
            "reconciliation_checks_hold"),
        of(
            "a stage of the pipeline too high",
            "update gold_sales.sales_pipeline set weighted_revenue = weighted_revenue + 1 where stage = 'Won'",
            "pipeline_equals_opportunities"),
        of(
            "an order line lost",
            """
            delete from silver_erp.sales_order_line where sales_order_line_id =
              (select min(sales_order_line_id) from silver_erp.sales_order_line where amount_untaxed > 0)
            """,
            "order_lines_equal_orders"),
        of(
            "a customer without features",
            "delete from platinum_crm.customer_feature where customer_key = '1-67'",
            "customer_features_tie_to_receivables"),
        of(
            "sales of a month left out",
            "delete from gold_retail.category_month",
            "retail_sales_are_all_there"),
        of(
            "sales in a country with another currency",
            "update silver_retail.store set country = 'Mexico'",
            "retail_sales_are_in_dollars"),
        of(
            "an incident forgotten",
            "delete from gold_delivery.time_to_restore",
            "deployments_are_all_counted"),
        of(
            "an incident that ends before it begins",
            "update gold_delivery.time_to_restore set restored_at = broken_at - interval '1 hour'",
            "incidents_do_not_overlap"),
        of(
            "a natural person named in a text that is embedded",
            "update platinum_crm.document set body = body || ' (ask mitchell admin)' where document_id = 'task-1'",
            "documents_name_no_person"));
  }
}
