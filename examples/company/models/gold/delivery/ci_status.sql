-- Continuous integration by workflow, branch and week: how many runs ended, how many well, how long they took, and
-- how the last of the week ended. Runs that were cancelled or skipped say nothing about the code and are not counted.
select
    repository || '-' || workflow || '-' || branch || '-' || date_trunc('week', created_at at time zone 'UTC')::date as ci_status_key,
    repository,
    workflow,
    branch,
    date_trunc('week', created_at at time zone 'UTC')::date         as week,
    count(*)                                                        as runs,
    count(*) filter (where is_success)                              as succeeded,
    count(*) filter (where is_failure)                              as failed,
    round(1.0 * count(*) filter (where is_success) / count(*), 4) as success_rate,
    round((percentile_cont(0.5) within group (order by extract(epoch from ended_at - started_at)) / 60)::numeric, 1)
                                                                    as median_minutes,
    (array_agg(conclusion order by created_at desc, workflow_run_id desc))[1] as last_conclusion
from {{ ref('workflow_run') }}
where is_success or is_failure
group by repository, workflow, branch, date_trunc('week', created_at at time zone 'UTC')::date
