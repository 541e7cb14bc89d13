select
    sale.id                                         as sales_order_id,
    sale.name                                       as order_number,
    sale.company_id,
    sale.partner_id,
    sale.state,
    sale.state in ('sale', 'done')                  as is_confirmed,
    sale.date_order                                 as ordered_at,
    sale.currency_id,
    currency.currency                               as order_currency,
    -- units of the order's currency for one unit of the company's
    coalesce(nullif(sale.currency_rate, 0), 1)::numeric as currency_rate,
    sale.amount_untaxed::numeric                    as amount_untaxed,
    sale.amount_tax::numeric                        as amount_tax,
    sale.amount_total::numeric                      as amount_total,
    sale.invoice_status,
    sale.delivery_status,
    sale.user_id                                    as salesperson_id,
    sale.opportunity_id                             as lead_id,
    sale.write_date                                 as changed_at
from {{ latest(source('erp', 'sale_order')) }} as sale
left join {{ ref('currency') }} as currency on currency.currency_id = sale.currency_id
