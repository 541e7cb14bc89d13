-- Leads and opportunities. The ERP counts revenue in the currency of the lead's company; a lead that belongs to
-- no company states no currency, so none is invented here.
select
    lead.id                                             as lead_id,
    lead.type                                           as lead_type,
    {{ clean_text('lead.name') }}                       as title,
    {{ plain_text('lead.description') }}                as description,
    lead.company_id,
    company.currency,
    lead.stage_id,
    lead.partner_id,
    {{ clean_text('lead.partner_name') }}               as organisation,
    {{ clean_text('lead.contact_name') }}               as contact_name,
    lower({{ clean_text('lead.email_from') }})          as contact_email,
    {{ clean_text('lead.phone') }}                      as contact_phone,
    lead.user_id                                        as salesperson_id,
    coalesce(lead.expected_revenue, 0)::numeric         as expected_revenue,
    coalesce(lead.probability, 0)::numeric              as probability_percent,
    coalesce(lead.active, true)                         as is_active,
    lead.date_deadline::date                            as expected_closing_on,
    lead.date_closed                                    as closed_at,
    lead.create_date                                    as created_at,
    lead.write_date                                     as changed_at
from {{ latest(source('erp', 'crm_lead')) }} as lead
left join {{ ref('company') }} as company on company.company_id = lead.company_id
