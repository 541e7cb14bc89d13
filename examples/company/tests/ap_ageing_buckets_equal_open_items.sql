-- By company, the chart's buckets add up to the open items.
with item as (
    select company_id, bucket, sum(open_amount) as amount
    from {{ ref('ap_open_item') }}
    group by company_id, bucket
)

select company_id, bucket, item.amount, chart.amount as bucket_amount
from item
full join {{ ref('ap_ageing_bucket') }} as chart using (company_id, bucket)
where coalesce(item.amount, 0) <> coalesce(chart.amount, 0)
