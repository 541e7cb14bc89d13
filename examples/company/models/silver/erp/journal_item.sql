-- The lines of the entries, without the notes and headings that carry no account. `balance` (debit positive) is
-- in the company's currency and is what the books add up; `amount_currency` is the same amount in the currency
-- of the transaction and must never be added across currencies.
select
    line.id                                      as journal_item_id,
    line.move_id                                 as journal_entry_id,
    line.company_id,
    line.journal_id,
    line.account_id,
    line.partner_id,
    line.parent_state                            as state,
    line.date::date                              as posting_date,
    line.date_maturity::date                     as due_date,
    line.display_type,
    {{ clean_text('line.name') }}                as label,
    {{ clean_text('line.ref') }}                 as reference,
    line.debit::numeric                          as debit,
    line.credit::numeric                         as credit,
    line.balance::numeric                        as balance,
    company_currency.currency                    as company_currency,
    line.amount_currency::numeric                as amount_currency,
    transaction_currency.currency                as transaction_currency,
    line.amount_residual::numeric                as erp_residual,
    line.amount_residual_currency::numeric       as erp_residual_currency,
    line.matching_number,
    line.full_reconcile_id,
    line.product_id,
    line.quantity::numeric                       as quantity,
    line.payment_id,
    line.statement_line_id,
    line.write_date                              as changed_at
from {{ latest(source('erp', 'account_move_line')) }} as line
left join {{ ref('currency') }} as company_currency on company_currency.currency_id = line.company_currency_id
left join {{ ref('currency') }} as transaction_currency on transaction_currency.currency_id = line.currency_id
where line.display_type is null or line.display_type not in ('line_note', 'line_section', 'line_subsection')
