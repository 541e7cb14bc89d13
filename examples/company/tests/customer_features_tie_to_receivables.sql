-- What the features say customers owe is what receivables say.
with feature as (
    select company_id, sum(open_receivable) as amount
    from {{ ref('customer_feature') }}
    group by company_id
),

receivable as (
    select company_id, sum(total) as amount
    from {{ ref('ar_ageing') }}
    where partner_id is not null
    group by company_id
)

select company_id, feature.amount, receivable.amount as receivables
from feature
full join receivable using (company_id)
where coalesce(feature.amount, 0) <> coalesce(receivable.amount, 0)
