-- The lines of an order add up to its net total, in the order's currency.
select sale.sales_order_id, sale.order_number, sale.amount_untaxed, coalesce(sum(line.amount_untaxed), 0) as lines
from {{ ref('sales_order') }} as sale
left join {{ ref('sales_order_line') }} as line on line.sales_order_id = sale.sales_order_id
group by sale.sales_order_id, sale.order_number, sale.amount_untaxed
having sale.amount_untaxed <> coalesce(sum(line.amount_untaxed), 0)
