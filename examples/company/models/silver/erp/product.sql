-- Sellable and buyable variants. `unit_cost` is company dependent in the ERP: what is read here is the cost of
-- the company that the connector reads as (`cost_company_id`), and it must not be used for another one. The ERP says
-- 0 where nobody has entered a cost, so 0 is unknown here; otherwise such products would seem to earn 100 %.
select
    product.id                                          as product_id,
    product.product_tmpl_id                             as product_template_id,
    product.default_code                                as sku,
    {{ clean_text('template.name') }}                   as product,
    {{ plain_text('template.description') }}            as description,
    {{ plain_text('template.description_sale') }}       as sales_description,
    {{ clean_text('category.complete_name') }}          as category,
    template.type                                       as product_type,
    template.uom_id                                     as unit_id,
    {{ clean_text('unit.name') }}                       as unit,
    unit.factor::numeric                                as unit_factor,
    product.lst_price::numeric                          as list_price,
    nullif(product.standard_price::numeric, 0)          as unit_cost,
    {{ var('group_company_id') }}::bigint             as cost_company_id,
    template.company_id,
    coalesce(product.active, true) and coalesce(template.active, true) as is_active,
    greatest(product.write_date, template.write_date)   as changed_at
from {{ latest(source('erp', 'product_product')) }} as product
join {{ latest(source('erp', 'product_template')) }} as template on template.id = product.product_tmpl_id
left join {{ latest(source('erp', 'product_category')) }} as category on category.id = template.categ_id
left join {{ latest(source('erp', 'uom_uom')) }} as unit on unit.id = template.uom_id
