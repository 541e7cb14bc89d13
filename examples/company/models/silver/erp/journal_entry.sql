-- Accounting entries: invoices, bills, credit notes, payments, bank transactions and miscellaneous entries, in
-- every state. Only `posted` ones are in the books.
select
    move.id                                     as journal_entry_id,
    {{ clean_text('move.name') }}               as entry_number,
    move.company_id,
    move.journal_id,
    move.move_type,
    move.state,
    move.date::date                             as posting_date,
    move.invoice_date::date                     as invoice_date,
    move.invoice_date_due::date                 as due_date,
    move.partner_id,
    move.commercial_partner_id,
    {{ clean_text('move.ref') }}                as reference,
    move.invoice_origin                         as origin,
    move.currency_id,
    currency.currency                           as document_currency,
    move.amount_untaxed::numeric                as amount_untaxed_document,
    move.amount_tax::numeric                    as amount_tax_document,
    move.amount_total::numeric                  as amount_total_document,
    move.amount_untaxed_signed::numeric         as amount_untaxed_company,
    move.amount_total_signed::numeric           as amount_total_company,
    move.amount_residual_signed::numeric        as amount_residual_company,
    move.payment_state,
    move.reversed_entry_id,
    move.origin_payment_id                      as payment_id,
    move.write_date                             as changed_at
from {{ latest(source('erp', 'account_move')) }} as move
left join {{ ref('currency') }} as currency on currency.currency_id = move.currency_id
