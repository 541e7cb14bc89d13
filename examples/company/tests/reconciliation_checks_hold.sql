-- Every identity shown to the readers of the figures holds, and for every company that keeps books there are some.
select company_id, check_name, difference::text as difference
from {{ ref('reconciliation_check') }}
where not holds
union all
select reporting.company_id, 'no checks at all', null
from {{ ref('reporting_date') }} as reporting
where reporting.keeps_books
  and exists (select 1 from {{ ref('general_ledger') }} as ledger where ledger.company_id = reporting.company_id)
  and not exists (select 1 from {{ ref('reconciliation_check') }} as found where found.company_id = reporting.company_id)
