-- By partner, the buckets add up to the total and to the open items.
with item as (
    select company_id, partner_id, sum(open_amount) as amount
    from {{ ref('ap_open_item') }}
    group by company_id, partner_id
),

aged as (
    select company_id, partner_id, total, not_due + days_1_30 + days_31_60 + days_61_90 + over_90_days as buckets
    from {{ ref('ap_ageing') }}
)

select coalesce(item.company_id, aged.company_id) as company_id, item.amount, aged.total, aged.buckets
from item
full join aged on aged.company_id = item.company_id and aged.partner_id is not distinct from item.partner_id
where item.amount is distinct from aged.total or aged.total is distinct from aged.buckets
