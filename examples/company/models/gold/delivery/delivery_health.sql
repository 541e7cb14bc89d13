-- The four key figures of delivery over the last 90 days of the record, beside how continuous integration stands, for
-- each repository. The record ends for all of them with the latest event of any.
with ending as (
    select max(at) as at
    from (
        select max(created_at) as at from {{ ref('workflow_run') }}
        union all
        select max(created_at) from {{ ref('deployment') }}
    ) as event
),

repository as (
    select repository from {{ ref('workflow_run') }}
    union
    select repository from {{ ref('deployment') }}
),

deployments as (
    select
        repository,
        count(*)                                      as deployments,
        count(*) filter (where outcome = 'failure')   as failed
    from {{ ref('deployment') }}
    cross join ending
    where is_production and outcome <> 'running' and created_at > ending.at - interval '90 days'
    group by repository
),

restore as (
    select
        repository,
        count(*)                                                              as incidents,
        count(*) filter (where restored_at is null)                           as open_incidents,
        percentile_cont(0.5) within group (order by hours_to_restore)         as median_hours
    from {{ ref('time_to_restore') }}
    cross join ending
    where broken_at > ending.at - interval '90 days'
    group by repository
),

lead_time as (
    select
        repository,
        percentile_cont(0.5) within group (order by hours_to_production)      as median_hours
    from {{ ref('lead_time') }}
    cross join ending
    where merged_at > ending.at - interval '90 days'
    group by repository
),

runs as (
    select
        repository,
        count(*) filter (where is_success or is_failure)                      as runs,
        count(*) filter (where is_success)                                    as succeeded
    from {{ ref('workflow_run') }}
    cross join ending
    where created_at > ending.at - interval '90 days'
    group by repository
)

select
    repository.repository,
    (ending.at at time zone 'UTC')::date                                      as as_of,
    coalesce(deployments.deployments, 0)                                      as deployments,
    round(coalesce(deployments.deployments, 0) / (90 / 7.0), 2)               as deployments_per_week,
    round(1.0 * deployments.failed / nullif(deployments.deployments, 0), 4)   as change_failure_rate,
    coalesce(restore.incidents, 0)                                            as incidents,
    coalesce(restore.open_incidents, 0)                                       as open_incidents,
    round(restore.median_hours::numeric, 2)                                   as median_hours_to_restore,
    round(lead_time.median_hours::numeric, 2)                                 as median_hours_to_production,
    coalesce(runs.runs, 0)                                                    as ci_runs,
    round(1.0 * runs.succeeded / nullif(runs.runs, 0), 4)                     as ci_success_rate
from repository
cross join ending
left join deployments on deployments.repository = repository.repository
left join restore on restore.repository = repository.repository
left join lead_time on lead_time.repository = repository.repository
left join runs on runs.repository = repository.repository
