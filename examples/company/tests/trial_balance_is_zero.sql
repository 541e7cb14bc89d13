-- The closing balances of a company add up to zero.
select company_id, sum(closing_balance) as difference
from {{ ref('trial_balance') }}
group by company_id
having sum(closing_balance) <> 0
