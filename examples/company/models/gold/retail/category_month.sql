-- What was sold by month and place in the assortment.
select
    concat_ws('-', sale.currency, date_trunc('month', sale.sold_on)::date, product.family, product.department, product.category)
                                               as category_month_key,
    date_trunc('month', sale.sold_on)::date    as month,
    product.family,
    product.department,
    product.category,
    sale.currency,
    sum(sale.units)                            as units,
    sum(sale.sales)                            as sales,
    sum(sale.cost)                             as cost,
    sum(sale.sales - sale.cost)                as gross_margin
from {{ ref('retail_sale') }} as sale
join {{ ref('retail_product') }} as product on product.retail_product_id = sale.retail_product_id
group by sale.currency, date_trunc('month', sale.sold_on)::date, product.family, product.department, product.category
