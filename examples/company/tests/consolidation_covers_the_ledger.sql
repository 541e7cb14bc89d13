-- Every company's local amounts of the consolidation are its ledger, account by account.
with book as (
    select ledger.company_id, ledger.account_id, sum(ledger.balance) as balance
    from {{ ref('general_ledger') }} as ledger
    join {{ ref('reporting_date') }} as reporting on reporting.company_id = ledger.company_id
    where ledger.posting_date <= reporting.as_of and ledger.statement <> 'off_balance'
    group by ledger.company_id, ledger.account_id
),

translated as (
    select company_id, account_id, sum(balance_local) as balance
    from {{ ref('consolidated_statement') }}
    where account_id is not null
    group by company_id, account_id
)

select company_id, account_id, book.balance as ledger, translated.balance as translated
from book
full join translated using (company_id, account_id)
where book.balance is distinct from translated.balance
