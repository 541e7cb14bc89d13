-- Every posted journal item, with the running balance of its account. The base of all statements: nothing else
-- in gold_finance reads journal items.
select
    item.journal_item_id,
    item.journal_entry_id,
    entry.entry_number,
    item.company_id,
    company.company,
    item.posting_date,
    date_trunc('month', item.posting_date)::date                as posting_month,
    {{ fiscal_year_start('item.posting_date', 'company.fiscal_year_end_month', 'company.fiscal_year_end_day') }}
                                                                as fiscal_year_start,
    item.due_date,
    item.journal_id,
    journal.journal_code,
    journal.journal_type,
    item.account_id,
    account.account_code,
    account.account,
    account.account_type,
    account_type.statement,
    account_type.side,
    account_type.section,
    account_type.section_order,
    case entry.move_type
        when 'out_invoice' then 'customer invoice'
        when 'out_refund' then 'customer credit note'
        when 'in_invoice' then 'vendor bill'
        when 'in_refund' then 'vendor credit note'
        when 'out_receipt' then 'sales receipt'
        when 'in_receipt' then 'purchase receipt'
        else case
            when item.payment_id is not null or entry.payment_id is not null then 'payment'
            when item.statement_line_id is not null then 'bank transaction'
            else 'journal entry'
        end
    end                                                         as document_type,
    item.partner_id,
    partner.commercial_partner_id,
    coalesce(commercial.partner, partner.partner)               as partner,
    coalesce(commercial.person_name, partner.person_name)       as counterpart_name,
    item.reference,
    item.label                                                  as narration,
    company.currency,
    item.debit,
    item.credit,
    item.balance,
    sum(item.balance) over (
        partition by item.company_id, item.account_id
        order by item.posting_date, item.journal_entry_id, item.journal_item_id
    )                                                           as running_balance,
    item.transaction_currency                                   as document_currency,
    item.amount_currency
from {{ ref('journal_item') }} as item
join {{ ref('journal_entry') }} as entry on entry.journal_entry_id = item.journal_entry_id
join {{ ref('company') }} as company on company.company_id = item.company_id
left join {{ ref('journal') }} as journal on journal.journal_id = item.journal_id
left join {{ ref('account') }} as account
    on account.account_id = item.account_id and account.company_id = item.company_id
left join {{ ref('account_type') }} as account_type on account_type.account_type = account.account_type
left join {{ ref('partner') }} as partner on partner.partner_id = item.partner_id
left join {{ ref('partner') }} as commercial on commercial.partner_id = partner.commercial_partner_id
where item.state = 'posted'
