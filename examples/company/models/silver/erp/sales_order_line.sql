-- Order lines that sell something (notes and headings are left out), with the quantity also in the product's own
-- unit: ten dozen ordered of a product kept in units are 120.
select
    line.id                                     as sales_order_line_id,
    line.order_id                               as sales_order_id,
    line.company_id,
    line.product_id,
    {{ clean_text('line.name') }}               as description,
    line.product_uom_qty::numeric               as quantity,
    {{ clean_text('unit.name') }}               as unit,
    round(
        line.product_uom_qty::numeric / nullif(unit.factor::numeric, 0)
        * coalesce(product.unit_factor, unit.factor::numeric), 6
    )                                           as quantity_in_product_unit,
    line.price_unit::numeric                    as unit_price,
    line.discount::numeric                      as discount_percent,
    line.price_subtotal::numeric                as amount_untaxed,
    line.price_total::numeric                   as amount_total,
    line.qty_delivered::numeric                 as quantity_delivered,
    line.qty_invoiced::numeric                  as quantity_invoiced,
    line.untaxed_amount_invoiced::numeric       as amount_invoiced,
    line.untaxed_amount_to_invoice::numeric     as amount_to_invoice,
    coalesce(line.is_downpayment, false)        as is_downpayment,
    line.write_date                             as changed_at
from {{ latest(source('erp', 'sale_order_line')) }} as line
left join {{ latest(source('erp', 'uom_uom')) }} as unit on unit.id = line.product_uom
left join {{ ref('product') }} as product on product.product_id = line.product_id
where line.display_type is null
