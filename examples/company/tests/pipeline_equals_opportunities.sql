-- The pipeline's totals are those of its opportunities, per currency.
with stage as (
    select currency, sum(opportunities) as opportunities, sum(expected_revenue) as expected, sum(weighted_revenue) as weighted
    from {{ ref('sales_pipeline') }}
    group by currency
),

lead as (
    select currency, count(*) as opportunities, sum(expected_revenue) as expected, sum(weighted_revenue) as weighted
    from {{ ref('opportunity') }}
    group by currency
)

select stage.currency, stage.expected, lead.expected as opportunities_expected
from stage
full join lead on coalesce(lead.currency, 'none') = coalesce(stage.currency, 'none')
where (stage.opportunities, stage.expected, stage.weighted) is distinct from (lead.opportunities, lead.expected, lead.weighted)
