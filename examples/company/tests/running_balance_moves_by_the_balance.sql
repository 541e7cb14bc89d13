-- Within an account, each running balance is the one before it plus the item, from nothing at the start.
select journal_item_id, running_balance, balance, before
from (
    select
        journal_item_id,
        running_balance,
        balance,
        coalesce(lag(running_balance) over (
            partition by company_id, account_id
            order by posting_date, journal_entry_id, journal_item_id
        ), 0) as before
    from {{ ref('general_ledger') }}
) as step
where running_balance <> before + balance
