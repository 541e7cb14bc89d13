-- The four key figures of delivery over the last 90 days of the record, beside how continuous integration stands.
with ending as (
    select max(at) as at
    from (
        select max(created_at) as at from {{ ref('workflow_run') }}
        union all
        select max(created_at) from {{ ref('deployment') }}
    ) as event
),

deployments as (
    select
        count(*)                                      as deployments,
        count(*) filter (where outcome = 'failure')   as failed
    from {{ ref('deployment') }}
    cross join ending
    where is_production and outcome <> 'running' and created_at > ending.at - interval '90 days'
),

restore as (
    select
        count(*)                                                              as incidents,
        count(*) filter (where restored_at is null)                           as open_incidents,
        percentile_cont(0.5) within group (order by hours_to_restore)         as median_hours
    from {{ ref('time_to_restore') }}
    cross join ending
    where broken_at > ending.at - interval '90 days'
),

lead_time as (
    select percentile_cont(0.5) within group (order by hours_to_production)   as median_hours
    from {{ ref('lead_time') }}
    cross join ending
    where merged_at > ending.at - interval '90 days'
),

runs as (
    select
        count(*) filter (where is_success or is_failure)                      as runs,
        count(*) filter (where is_success)                                    as succeeded
    from {{ ref('workflow_run') }}
    cross join ending
    where created_at > ending.at - interval '90 days'
)

select
    (ending.at at time zone 'UTC')::date                                      as as_of,
    deployments.deployments,
    round(deployments.deployments / (90 / 7.0), 2)                            as deployments_per_week,
    case when deployments.deployments > 0
        then round(100.0 * deployments.failed / deployments.deployments, 1) end as change_failure_percent,
    restore.incidents,
    restore.open_incidents,
    round(restore.median_hours::numeric, 2)                                   as median_hours_to_restore,
    round(lead_time.median_hours::numeric, 2)                                 as median_hours_to_production,
    runs.runs                                                                 as ci_runs,
    case when runs.runs > 0 then round(100.0 * runs.succeeded / runs.runs, 1) end as ci_success_percent
from ending
cross join deployments
cross join restore
cross join lead_time
cross join runs
