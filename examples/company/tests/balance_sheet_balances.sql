-- Assets equal liabilities and equity on every balance date of every company.
select company_id, balance_date,
       sum(case when side = 'assets' then amount else -amount end) as difference
from {{ ref('balance_sheet') }}
group by company_id, balance_date
having sum(case when side = 'assets' then amount else -amount end) <> 0
