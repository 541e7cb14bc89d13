select
    id                               as currency_id,
    upper(name)                      as currency,
    {{ clean_text('full_name') }}    as currency_name,
    decimal_places::int              as decimal_places,
    coalesce(active, false)          as is_active
from {{ latest(source('erp', 'res_currency')) }} as currency
