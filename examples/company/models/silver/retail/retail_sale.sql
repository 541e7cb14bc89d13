{{ config(materialized='incremental', unique_key='retail_sale_key', incremental_strategy='merge') }}
-- What was sold, one row a day, store, product, customer and promotion: the export has no line number, and a few of its
-- lines differ in nothing but their amounts. Only files that landed since the last build are read.
select
    md5(concat_ws('|', sale_date, store_id, product_id, customer_id, promotion_id)) as retail_sale_key,
    sale_date::date                 as sold_on,
    store_id::bigint                as store_id,
    product_id::bigint              as retail_product_id,
    customer_id::bigint             as retail_customer_id,
    nullif(promotion_id::bigint, 0) as promotion_id,
    sum(unit_sales::numeric)        as units,
    sum(store_sales::numeric)       as sales,
    sum(store_cost::numeric)        as cost,
    -- the export names no currency; the stores that sold are all in the United States, and a test holds that
    'USD'                           as currency,
    count(*)                        as lines,
    max(_ipai_loaded_at)            as loaded_at
from {{ source('files', 'sales') }} as sale
where _ipai_op is distinct from 'd'
{% if is_incremental() %}
  and sale_date::date in (
      select changed.sale_date::date
      from {{ source('files', 'sales') }} as changed
      where changed._ipai_loaded_at > (select coalesce(max(loaded_at), '-infinity') from {{ this }})
  )
{% endif %}
group by 1, 2, 3, 4, 5, 6
