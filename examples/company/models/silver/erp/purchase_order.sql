select
    purchase.id                                     as purchase_order_id,
    purchase.name                                   as order_number,
    purchase.company_id,
    purchase.partner_id,
    purchase.state,
    purchase.state in ('purchase', 'done')          as is_confirmed,
    purchase.date_order                             as ordered_at,
    purchase.date_planned                           as expected_at,
    currency.currency                               as order_currency,
    purchase.amount_untaxed::numeric                as amount_untaxed,
    purchase.amount_total::numeric                  as amount_total,
    purchase.invoice_status,
    purchase.receipt_status,
    purchase.write_date                             as changed_at
from {{ latest(source('erp', 'purchase_order')) }} as purchase
left join {{ ref('currency') }} as currency on currency.currency_id = purchase.currency_id
