-- The profit of the fiscal year is the same in the profit and loss statement, in the trial balance and in the
-- balance sheet's line for it.
with statement as (
    select reporting.company_id, coalesce(sum(pnl.profit_effect), 0) as profit
    from {{ ref('reporting_date') }} as reporting
    left join {{ ref('profit_and_loss') }} as pnl
        on pnl.company_id = reporting.company_id and pnl.fiscal_year_start = reporting.fiscal_year_start
    group by reporting.company_id
),

trial as (
    select company_id, -sum(closing_balance) as profit
    from {{ ref('trial_balance') }}
    where account_type ~ '^(income|expense)'
    group by company_id
),

sheet as (
    select company_id, sum(amount) as profit
    from {{ ref('balance_sheet') }}
    where is_current and section = 'Profit of the current year'
    group by company_id
)

select statement.company_id, statement.profit, trial.profit as trial_balance, sheet.profit as balance_sheet
from statement
left join trial using (company_id)
left join sheet using (company_id)
where statement.profit <> coalesce(trial.profit, 0)
   or statement.profit <> coalesce(sheet.profit, 0)
