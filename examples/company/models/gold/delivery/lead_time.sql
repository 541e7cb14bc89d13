-- How long a change takes from being proposed to running in production: each merged pull request with the first
-- deployment after the merge that succeeded.
select
    pull.pull_request_id,
    pull.repository,
    pull.number,
    pull.title,
    pull.created_at                                         as opened_at,
    pull.merged_at,
    deployed.version,
    deployed.ended_at                                       as deployed_at,
    date_trunc('week', pull.merged_at at time zone 'UTC')::date as week,
    round((extract(epoch from pull.merged_at - pull.created_at) / 3600)::numeric, 2)    as hours_to_merge,
    round((extract(epoch from deployed.ended_at - pull.created_at) / 3600)::numeric, 2) as hours_to_production
from {{ ref('pull_request') }} as pull
left join lateral (
    select deployment.version, deployment.ended_at
    from {{ ref('deployment') }} as deployment
    where deployment.repository = pull.repository
      and deployment.is_production
      and deployment.outcome = 'success'
      and deployment.created_at >= pull.merged_at
    order by deployment.created_at
    limit 1
) as deployed on true
where pull.is_merged
