-- From bronze to the ledger nothing posted is lost, doubled or changed: counts and sums per company and account.
with landed as (
    select company_id, account_id, count(*) as items, sum(debit) as debit, sum(credit) as credit
    from {{ latest(source('erp', 'account_move_line')) }} as line
    where parent_state = 'posted' and account_id is not null
    group by company_id, account_id
),

booked as (
    select company_id, account_id, count(*) as items, sum(debit) as debit, sum(credit) as credit
    from {{ ref('general_ledger') }}
    group by company_id, account_id
)

select company_id, account_id, landed.items as landed, booked.items as booked
from landed
full join booked using (company_id, account_id)
where (landed.items, landed.debit, landed.credit) is distinct from (booked.items, booked.debit, booked.credit)
