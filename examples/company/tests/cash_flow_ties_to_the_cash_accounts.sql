-- Month by month, the cash flow statement explains exactly what happened on the bank and cash accounts.
with flow as (
    select company_id, month, sum(net) as amount
    from {{ ref('cash_flow') }}
    group by company_id, month
),

account as (
    select company_id, month, sum(change) as amount
    from {{ ref('cash_balance') }}
    group by company_id, month
)

select company_id, month, flow.amount as cash_flow, account.amount as change
from flow
full join account using (company_id, month)
where coalesce(flow.amount, 0) <> coalesce(account.amount, 0)
