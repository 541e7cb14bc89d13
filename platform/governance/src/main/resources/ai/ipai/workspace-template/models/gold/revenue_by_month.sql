-- What was sold, by month and country.
select
    date_trunc('month', ordered_on)::date   as month,
    country,
    currency,
    count(*)                                as orders,
    sum(amount)                             as revenue
from {{ ref('shop_order') }}
group by 1, 2, 3
