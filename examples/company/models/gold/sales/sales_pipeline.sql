-- The pipeline by stage: open and won opportunities and leads, per company and currency.
select
    coalesce(company_id::text, 'none') || '-' || lead_type || '-' || stage_order || '-' || stage || '-' || status as pipeline_key,
    company_id,
    company,
    lead_type,
    status,
    stage,
    stage_order,
    currency,
    count(*)                     as opportunities,
    sum(expected_revenue)        as expected_revenue,
    sum(weighted_revenue)        as weighted_revenue,
    count(*) filter (where is_late) as late_opportunities
from {{ ref('opportunity') }}
group by company_id, company, lead_type, status, stage, stage_order, currency
