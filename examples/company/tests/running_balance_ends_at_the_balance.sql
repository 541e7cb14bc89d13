-- The last running balance of an account is the sum of its items.
with last_item as (
    select distinct on (company_id, account_id) company_id, account_id, running_balance
    from {{ ref('general_ledger') }}
    order by company_id, account_id, posting_date desc, journal_entry_id desc, journal_item_id desc
),

total as (
    select company_id, account_id, sum(balance) as balance
    from {{ ref('general_ledger') }}
    group by company_id, account_id
)

select *
from total
join last_item using (company_id, account_id)
where balance <> running_balance
