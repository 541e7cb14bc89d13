-- What each customer bought. The tags of customer and email travel here by themselves.
select
    customer,
    email,
    country,
    currency,
    count(*)          as orders,
    sum(amount)       as revenue,
    max(ordered_on)   as last_ordered_on
from {{ ref('shop_order') }}
group by 1, 2, 3, 4
