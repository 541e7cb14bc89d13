-- Confirmed orders and quotations line by line, with the margin at today's standard cost. Amounts are in the
-- order's currency and in the company's, at the rate that the ERP fixed on the order. A cost is known for the
-- company that the connector reads as; for another company's order it is null rather than the wrong one.
select
    line.sales_order_line_id,
    sale.sales_order_id,
    sale.order_number,
    sale.company_id,
    company.company,
    sale.ordered_at::date                                        as ordered_on,
    date_trunc('month', sale.ordered_at at time zone 'UTC')::date as month,
    sale.is_confirmed,
    sale.state,
    coalesce(commercial.partner_id, partner.partner_id)          as partner_id,
    coalesce(commercial.partner, partner.partner)                as customer,
    coalesce(commercial.person_name, partner.person_name)        as person_name,
    product.product_id,
    product.product,
    product.category,
    line.quantity_in_product_unit                                as quantity,
    product.unit,
    sale.order_currency,
    line.amount_untaxed                                          as revenue_order,
    company.currency,
    round(line.amount_untaxed / sale.currency_rate, 2)           as revenue,
    case
        when product.cost_company_id = sale.company_id
            then round(line.quantity_in_product_unit * product.unit_cost, 2)
    end                                                          as cost,
    case
        when product.cost_company_id = sale.company_id
            then round(line.amount_untaxed / sale.currency_rate, 2)
                 - round(line.quantity_in_product_unit * product.unit_cost, 2)
    end                                                          as margin,
    line.amount_invoiced                                         as invoiced_order,
    line.amount_to_invoice                                       as to_invoice_order
from {{ ref('sales_order_line') }} as line
join {{ ref('sales_order') }} as sale on sale.sales_order_id = line.sales_order_id
join {{ ref('company') }} as company on company.company_id = sale.company_id
left join {{ ref('product') }} as product on product.product_id = line.product_id
left join {{ ref('partner') }} as partner on partner.partner_id = sale.partner_id
left join {{ ref('partner') }} as commercial on commercial.partner_id = partner.commercial_partner_id
where sale.state <> 'cancel'
