-- Invoice by invoice, the items still open are what the header of the document says is left to pay.
select entry.journal_entry_id, entry.entry_number, entry.amount_residual_company, coalesce(open.amount, 0) as open_amount
from {{ ref('journal_entry') }} as entry
join {{ ref('reporting_date') }} as reporting on reporting.company_id = entry.company_id
left join (
    select journal_entry_id, sum(open_amount) as amount
    from {{ ref('ar_open_item') }}
    group by journal_entry_id
) as open on open.journal_entry_id = entry.journal_entry_id
where entry.state = 'posted'
  and entry.move_type in ('out_invoice', 'out_refund')
  and reporting.as_of >= (select max(posting_date) from {{ ref('general_ledger') }})
  and entry.amount_residual_company <> coalesce(open.amount, 0)
