-- Who was matched with whom: each row sets off a debit item against a credit item. `matched_on` is the later of
-- the two postings, so summing rows up to a day gives what was open at the end of that day.
select
    id                                 as reconciliation_id,
    company_id,
    debit_move_id                      as debit_item_id,
    credit_move_id                     as credit_item_id,
    amount::numeric                    as amount,
    debit_amount_currency::numeric     as debit_amount_currency,
    credit_amount_currency::numeric    as credit_amount_currency,
    full_reconcile_id,
    exchange_move_id                   as exchange_entry_id,
    max_date::date                     as matched_on
from {{ latest(source('erp', 'account_partial_reconcile')) }} as partial
