select
    id                             as stage_id,
    {{ clean_text('name') }}       as stage,
    sequence::int                  as stage_order,
    coalesce(is_won, false)        as is_won
from {{ latest(source('erp', 'crm_stage')) }} as stage
