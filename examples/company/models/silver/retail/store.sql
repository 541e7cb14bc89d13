select
    store_id::bigint                            as store_id,
    {{ clean_text('store_name') }}              as store,
    {{ clean_text('store_type') }}              as store_type,
    {{ clean_text('store_city') }}              as city,
    {{ clean_text('store_state') }}             as state,
    {{ clean_text('store_country') }}           as country,
    {{ clean_text('sales_region') }}            as region,
    {{ clean_text('store_manager') }}           as manager_name,
    first_opened_date::date                     as opened_on,
    store_sqft::numeric                         as square_feet,
    store_type = 'HeadQuarters'                 as is_headquarters
from {{ latest(source('files', 'stores'), 'store_id') }} as store
