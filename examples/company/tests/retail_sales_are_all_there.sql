-- From the file to gold nothing sold is lost or counted twice: the same total in bronze, by store and by category.
with total as (
    select
        (select sum(store_sales::numeric) from {{ source('files', 'sales') }} where _ipai_op is distinct from 'd') as landed,
        (select sum(sales) from {{ ref('store_month') }})    as by_store,
        (select sum(sales) from {{ ref('category_month') }}) as by_category
)

select *
from total
where landed is distinct from by_store or landed is distinct from by_category
