-- What is open adds up to the balance of each account at the reporting date.
with book as (
    select ledger.company_id, ledger.account_code, 1 * sum(ledger.balance) as amount
    from {{ ref('general_ledger') }} as ledger
    join {{ ref('reporting_date') }} as reporting on reporting.company_id = ledger.company_id
    where ledger.account_type = 'asset_receivable' and ledger.posting_date <= reporting.as_of
    group by ledger.company_id, ledger.account_code
),

item as (
    select company_id, account_code, sum(open_amount) as amount
    from {{ ref('ar_open_item') }}
    group by company_id, account_code
)

select company_id, account_code, book.amount as ledger, item.amount as open_items
from book
full join item using (company_id, account_code)
where coalesce(book.amount, 0) <> coalesce(item.amount, 0)
