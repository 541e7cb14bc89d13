-- Every deployment to production that ended is in exactly one week, and every failed one in exactly one incident.
with counted as (
    select
        (select count(*) from {{ ref('deployment') }} where is_production and outcome <> 'running') as deployments,
        (select sum(deployments) from {{ ref('deployment_frequency') }})                           as by_week,
        (select count(*) from {{ ref('deployment') }} where is_production and outcome = 'failure')  as failed,
        (select coalesce(sum(failed_deployments), 0) from {{ ref('time_to_restore') }})             as in_incidents
)

select *
from counted
where deployments <> coalesce(by_week, 0) or failed <> in_incidents
