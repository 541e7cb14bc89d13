-- Confirmed sales by product and month, in the company's currency.
select
    company_id || '-' || coalesce(product_id::text, 'none') || '-' || month as product_sales_key,
    company_id,
    company,
    month,
    product_id,
    coalesce(product, 'No product')                       as product,
    category,
    currency,
    sum(quantity)                                         as quantity,
    sum(revenue)                                          as revenue,
    case when bool_and(cost is not null) then sum(cost) end     as cost,
    case when bool_and(cost is not null) then sum(margin) end   as margin,
    case when bool_and(cost is not null) and sum(revenue) <> 0
        then round(100 * sum(margin) / sum(revenue), 1) end     as margin_percent
from {{ ref('sales_order_margin') }}
where is_confirmed
group by company_id, company, month, product_id, product, category, currency
