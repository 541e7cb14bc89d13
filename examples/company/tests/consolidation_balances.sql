-- In the reporting currency too, debits equal credits; and a company that already reports in that currency is
-- not changed by translation.
select company_id, sum(balance) as difference
from {{ ref('consolidated_statement') }}
group by company_id
having sum(balance) <> 0
union all
select company_id, balance - balance_local
from {{ ref('consolidated_statement') }}
where local_currency = reporting_currency and balance <> balance_local
