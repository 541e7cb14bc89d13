select
    id::bigint                                as workflow_run_id,
    repository,
    {{ clean_text('name') }}                  as workflow,
    head_branch                               as branch,
    head_sha                                  as commit_sha,
    event                                     as triggered_by,
    status,
    conclusion,
    status = 'completed' and conclusion = 'success'                     as is_success,
    status = 'completed' and conclusion in ('failure', 'timed_out', 'startup_failure') as is_failure,
    run_attempt::int                          as attempt,
    created_at::timestamptz                   as created_at,
    coalesce(run_started_at::timestamptz, created_at::timestamptz) as started_at,
    case when status = 'completed' then updated_at::timestamptz end as ended_at
from {{ latest(source('github', 'workflow_runs')) }} as run
