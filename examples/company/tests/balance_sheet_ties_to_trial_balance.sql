-- At the reporting date every account of the balance sheet stands at its closing balance.
with statement as (
    select company_id, account_id, sum(case when side = 'assets' then amount else -amount end) as balance
    from {{ ref('balance_sheet') }}
    where is_current and account_id is not null
    group by company_id, account_id
),

trial as (
    select company_id, account_id, closing_balance
    from {{ ref('trial_balance') }}
    where account_id is not null and account_type !~ '^(income|expense|off_balance)'
)

select company_id, account_id, statement.balance, trial.closing_balance
from statement
full join trial using (company_id, account_id)
where statement.balance is distinct from trial.closing_balance
