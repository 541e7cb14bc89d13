-- Each time production was broken by a deployment: from the first that failed until the next that succeeded. Failures
-- in a row are one incident; the last may still be open.
with ended as (
    select
        repository,
        environment,
        deployment_id,
        version,
        outcome,
        ended_at,
        count(*) filter (where outcome = 'success')
            over (partition by repository, environment order by ended_at, deployment_id) as successes_so_far
    from {{ ref('deployment') }}
    where is_production and outcome <> 'running'
),

incident as (
    select
        repository,
        environment,
        successes_so_far,
        min(deployment_id)                                     as deployment_id,
        (array_agg(version order by ended_at, deployment_id))[1] as broken_by,
        min(ended_at)                                          as broken_at,
        count(*)                                               as failed_deployments
    from ended
    where outcome = 'failure'
    group by repository, environment, successes_so_far
)

select
    incident.deployment_id                                     as incident_id,
    incident.repository,
    incident.environment,
    incident.broken_by,
    incident.broken_at,
    incident.failed_deployments,
    restored.version                                           as restored_by,
    restored.ended_at                                          as restored_at,
    date_trunc('week', incident.broken_at at time zone 'UTC')::date as week,
    round((extract(epoch from restored.ended_at - incident.broken_at) / 3600)::numeric, 2) as hours_to_restore
from incident
left join ended as restored
    on restored.repository = incident.repository
    and restored.environment = incident.environment
    and restored.outcome = 'success'
    and restored.successes_so_far = incident.successes_so_far + 1
