-- What each bank and cash account held at the start and end of every month in which it moved.
with monthly as (
    select
        ledger.company_id, ledger.company, ledger.currency,
        ledger.account_id, ledger.account_code, ledger.account,
        ledger.posting_month as month,
        sum(ledger.debit)    as received,
        sum(ledger.credit)   as paid,
        sum(ledger.balance)  as change
    from {{ ref('general_ledger') }} as ledger
    join {{ ref('reporting_date') }} as reporting on reporting.company_id = ledger.company_id
    where ledger.account_type = 'asset_cash'
      and ledger.posting_date <= reporting.as_of
    group by 1, 2, 3, 4, 5, 6, 7
)

select
    company_id || '-' || account_id || '-' || month as cash_balance_key,
    company_id,
    company,
    account_id,
    account_code,
    account,
    month,
    currency,
    sum(change) over so_far - change as opening_balance,
    received,
    paid,
    change,
    sum(change) over so_far          as closing_balance
from monthly
window so_far as (partition by company_id, account_id order by month)
