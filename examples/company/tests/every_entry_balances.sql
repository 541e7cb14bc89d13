-- Debit equals credit within every entry, in the company's currency.
select company_id, journal_entry_id, sum(balance) as difference
from {{ ref('general_ledger') }}
group by company_id, journal_entry_id
having sum(balance) <> 0
