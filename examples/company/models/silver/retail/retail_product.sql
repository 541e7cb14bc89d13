select
    product_id::bigint                          as retail_product_id,
    {{ clean_text('product_name') }}            as product,
    {{ clean_text('brand_name') }}              as brand,
    class::jsonb ->> 'family'                   as family,
    class::jsonb ->> 'department'               as department,
    class::jsonb ->> 'category'                 as category,
    class::jsonb ->> 'subcategory'              as subcategory,
    srp::numeric                                as retail_price
from {{ latest(source('files', 'products'), 'product_id') }} as product
