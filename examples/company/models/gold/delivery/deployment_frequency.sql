-- Deployments to production by week. Weeks without one are there with 0: leaving them out would flatter the average.
with production as (
    select
        date_trunc('week', created_at at time zone 'UTC')::date as week,
        outcome
    from {{ ref('deployment') }}
    where is_production and outcome <> 'running'
),

week as (
    select generate_series(min(week)::timestamp, max(week)::timestamp, interval '1 week')::date as week
    from production
)

select
    week.week,
    count(production.outcome)                                                   as deployments,
    count(*) filter (where production.outcome = 'success')                      as succeeded,
    count(*) filter (where production.outcome = 'failure')                      as failed,
    case when count(production.outcome) > 0
        then round(100.0 * count(*) filter (where production.outcome = 'failure') / count(production.outcome), 1)
    end                                                                         as change_failure_percent
from week
left join production on production.week = week.week
group by week.week
