-- Item by item, what we work out from the matching is what the ERP itself says is still open. The ERP only knows
-- the present, so this is compared when the reporting date is the end of the ledger.
select ledger.journal_item_id, -1 * erp.erp_residual as erp, item.open_amount as worked_out
from {{ ref('general_ledger') }} as ledger
join {{ ref('journal_item') }} as erp on erp.journal_item_id = ledger.journal_item_id
join {{ ref('reporting_date') }} as reporting on reporting.company_id = ledger.company_id
left join {{ ref('ap_open_item') }} as item on item.journal_item_id = ledger.journal_item_id
where ledger.account_type = 'liability_payable'
  and reporting.as_of >= (select max(posting_date) from {{ ref('general_ledger') }})
  and (-1 * erp.erp_residual <> coalesce(item.open_amount, 0)
       or -1 * erp.erp_residual_currency <> coalesce(item.open_amount_document, 0))
