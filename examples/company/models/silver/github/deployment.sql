-- Deployments with what became of them: the last status that ends one. A deployment that succeeded and was replaced
-- later ('inactive') has succeeded.
with outcome as (
    select distinct on (deployment_id)
        deployment_id::bigint       as deployment_id,
        state,
        created_at::timestamptz     as ended_at
    from {{ latest(source('github', 'deployment_statuses')) }} as status
    where state in ('success', 'failure', 'error')
    order by deployment_id, created_at desc, id desc
)

select
    deployment.id::bigint                               as deployment_id,
    deployment.repository,
    deployment.sha                                      as commit_sha,
    deployment.ref                                      as version,
    deployment.environment,
    coalesce(deployment.production_environment::boolean, deployment.environment = 'production') as is_production,
    deployment.created_at::timestamptz                  as created_at,
    outcome.ended_at,
    case
        when outcome.state = 'success' then 'success'
        when outcome.state is not null then 'failure'
        else 'running'
    end                                                 as outcome
from {{ latest(source('github', 'deployments')) }} as deployment
left join outcome on outcome.deployment_id = deployment.id::bigint
