{{ config(embedding={'column': 'body', 'into': 'embedding'}) }}
-- What can be searched by meaning: organisations, leads, tasks and products as a few sentences, each with its
-- embedding. An embedding cannot be masked after the fact, so nothing enters a text that a mask would have to
-- cover: no natural person is a document, no contact's name, address or number stands in one, and the titles of tasks
-- enter only where a task belongs to a project. A test looks for the names of all persons we know.
with customer as (
    select
        'customer'                                        as kind,
        partner.partner_id                                as source_id,
        partner.company_id,
        partner.partner                                   as title,
        concat_ws('. ',
            partner.partner,
            case when partner.is_customer then 'Customer' end,
            case when partner.is_vendor then 'Vendor' end,
            'Industry: ' || partner.industry,
            'Located in ' || concat_ws(', ', partner.city, partner.country)
        )                                                 as body,
        partner.changed_at
    from {{ ref('partner') }} as partner
    where partner.is_company and partner.is_active
),

lead as (
    select
        'lead',
        lead.lead_id,
        lead.company_id,
        lead.title,
        concat_ws('. ',
            lead.title,
            case lead.lead_type when 'opportunity' then 'Sales opportunity' else 'Sales lead' end
                || coalesce(' with ' || case when partner.is_company then partner.partner end,
                            ' with ' || lead.organisation, ''),
            'Stage: ' || stage.stage,
            lead.description
        ),
        lead.changed_at
    from {{ ref('lead') }} as lead
    left join {{ ref('lead_stage') }} as stage on stage.stage_id = lead.stage_id
    left join {{ ref('partner') }} as partner on partner.partner_id = lead.partner_id
    where lead.is_active
),

task as (
    select
        'task',
        task.task_id,
        task.company_id,
        task.task_title,
        concat_ws('. ', task.task_title, 'Task of the project ' || task.project, 'Stage: ' || task.stage, task.description),
        task.changed_at
    from {{ ref('task') }} as task
    where task.is_active and not task.is_personal
),

product as (
    select
        'product',
        product.product_id,
        product.company_id,
        product.product,
        concat_ws('. ', product.product, 'Category: ' || product.category, product.sales_description, product.description),
        product.changed_at
    from {{ ref('product') }} as product
    where product.is_active
)

select
    kind || '-' || source_id as document_id,
    kind,
    source_id,
    company_id,
    title,
    body,
    changed_at
from (
    select * from customer
    union all select * from lead
    union all select * from task
    union all select * from product
) as document
