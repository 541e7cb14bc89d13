-- Profit and loss by company, month and account, up to the reporting date. `amount` is read as printed: income
-- and expenses both positive. `profit_effect` has income positive and expenses negative, so it can be added up:
-- its sum is the profit.
select
    ledger.company_id || '-' || ledger.posting_month || '-' || ledger.account_id as profit_and_loss_key,
    ledger.company_id,
    ledger.company,
    ledger.fiscal_year_start,
    ledger.posting_month                       as month,
    ledger.side                                as kind,
    ledger.section,
    ledger.section_order,
    ledger.account_id,
    ledger.account_code,
    ledger.account,
    ledger.currency,
    case ledger.side when 'income' then -sum(ledger.balance) else sum(ledger.balance) end as amount,
    -sum(ledger.balance)                       as profit_effect
from {{ ref('general_ledger') }} as ledger
join {{ ref('reporting_date') }} as reporting on reporting.company_id = ledger.company_id
where ledger.statement = 'profit_and_loss'
  and ledger.posting_date <= reporting.as_of
group by ledger.company_id, ledger.company, ledger.fiscal_year_start, ledger.posting_month, ledger.side,
         ledger.section, ledger.section_order, ledger.account_id, ledger.account_code, ledger.account, ledger.currency
