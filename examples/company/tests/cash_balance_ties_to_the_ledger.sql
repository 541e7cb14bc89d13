-- The last closing balance of every cash account is its balance in the trial balance.
with closing as (
    select distinct on (company_id, account_id) company_id, account_id, closing_balance
    from {{ ref('cash_balance') }}
    order by company_id, account_id, month desc
)

select company_id, account_id, closing.closing_balance, trial.closing_balance as trial_balance
from closing
full join (
    select * from {{ ref('trial_balance') }} where account_type = 'asset_cash'
) as trial using (company_id, account_id)
where closing.closing_balance is distinct from trial.closing_balance
