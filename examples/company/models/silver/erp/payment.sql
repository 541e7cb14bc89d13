select
    payment.id                                            as payment_id,
    {{ clean_text('payment.name') }}                      as payment_number,
    payment.move_id                                       as journal_entry_id,
    payment.company_id,
    payment.journal_id,
    payment.partner_id,
    payment.date::date                                    as payment_date,
    payment.state,
    payment.payment_type,
    payment.partner_type,
    payment.amount::numeric                               as amount,
    currency.currency                                     as payment_currency,
    payment.amount_company_currency_signed::numeric       as amount_company,
    payment.outstanding_account_id,
    payment.destination_account_id,
    coalesce(payment.is_matched, false)                   as is_matched_with_bank
from {{ latest(source('erp', 'account_payment')) }} as payment
left join {{ ref('currency') }} as currency on currency.currency_id = payment.currency_id
