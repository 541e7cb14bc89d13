-- Deployments to production by repository and week: how many ended, how many well. Weeks without one are
-- there with 0, from a repository's first deployment to its last: leaving them out would flatter the average.
with production as (
    select
        repository,
        date_trunc('week', created_at at time zone 'UTC')::date as week,
        outcome
    from {{ ref('deployment') }}
    where is_production and outcome <> 'running'
),

week as (
    select
        repository,
        generate_series(min(week)::timestamp, max(week)::timestamp, interval '1 week')::date as week
    from production
    group by repository
)

select
    week.repository || '-' || week.week                                         as deployment_frequency_key,
    week.repository,
    week.week,
    count(production.outcome)                                                   as deployments,
    count(*) filter (where production.outcome = 'success')                      as succeeded,
    count(*) filter (where production.outcome = 'failure')                      as failed,
    round(1.0 * count(*) filter (where production.outcome = 'failure') / nullif(count(production.outcome), 0), 4)
                                                                                as change_failure_rate
from week
left join production on production.repository = week.repository and production.week = week.week
group by week.repository, week.week
