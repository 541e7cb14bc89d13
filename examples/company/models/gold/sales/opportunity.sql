-- Leads and opportunities with their stage and weight. `weighted_revenue` is the expected revenue times the
-- probability. Revenue is in the currency of the lead's company; where the ERP states no company it states no
-- currency, and the row stands apart in every total.
select
    lead.lead_id,
    lead.title,
    lead.lead_type,
    lead.company_id,
    coalesce(company.company, 'No company')                   as company,
    case
        when not lead.is_active then 'lost'
        when stage.is_won then 'won'
        else 'open'
    end                                                       as status,
    stage.stage,
    stage.stage_order,
    lead.partner_id,
    coalesce(partner.partner, lead.organisation, 'No customer stated') as customer,
    lead.currency,
    lead.expected_revenue,
    lead.probability_percent,
    round(lead.expected_revenue * lead.probability_percent / 100, 2) as weighted_revenue,
    lead.expected_closing_on,
    lead.created_at::date                                     as created_on,
    lead.closed_at::date                                      as closed_on,
    lead.expected_closing_on < reporting.as_of and not stage.is_won and lead.is_active as is_late
from {{ ref('lead') }} as lead
left join {{ ref('company') }} as company on company.company_id = lead.company_id
left join {{ ref('lead_stage') }} as stage on stage.stage_id = lead.stage_id
left join {{ ref('partner') }} as partner on partner.partner_id = lead.partner_id
cross join (select max(as_of) as as_of from {{ ref('reporting_date') }}) as reporting
