-- One row per order: typed, trimmed, without what is gone at the source.
select
    order_id,
    ordered_on::date             as ordered_on,
    nullif(trim(customer), '')   as customer,
    lower(trim(email))           as email,
    upper(trim(country))         as country,
    amount::numeric(12, 2)       as amount,
    upper(trim(currency))        as currency
from {{ source('shop', 'orders') }}
where _ipai_op <> 'd'
