-- Cash at the reporting date as a treasurer reads it: what the bank accounts hold by the books, what is on its
-- way (payments registered that the bank has not confirmed), and what the bank reported that is not yet matched.
with kind as (
    select company_id, account_id, 'On bank and cash accounts' as kind, 1 as kind_order
    from {{ ref('account') }}
    where is_cash
    union
    select company_id, outstanding_account_id, 'Payments under way', 2
    from {{ ref('payment') }}
    where outstanding_account_id is not null
    union
    select company_id, suspense_account_id, 'Bank lines not yet matched', 3
    from {{ ref('journal') }}
    where suspense_account_id is not null
)

select
    ledger.company_id || '-' || ledger.account_id  as cash_position_key,
    ledger.company_id,
    ledger.company,
    reporting.as_of,
    min(kind.kind)                                 as kind,
    min(kind.kind_order)                           as kind_order,
    ledger.account_id,
    ledger.account_code,
    ledger.account,
    ledger.currency,
    sum(ledger.balance)                            as balance
from {{ ref('general_ledger') }} as ledger
join {{ ref('reporting_date') }} as reporting on reporting.company_id = ledger.company_id
join kind on kind.company_id = ledger.company_id and kind.account_id = ledger.account_id
where ledger.posting_date <= reporting.as_of
group by ledger.company_id, ledger.company, reporting.as_of, ledger.account_id, ledger.account_code, ledger.account,
         ledger.currency
