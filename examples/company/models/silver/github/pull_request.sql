select
    id::bigint                            as pull_request_id,
    repository,
    number::int                           as number,
    {{ clean_text('title') }}             as title,
    state,
    merged_at is not null                 as is_merged,
    merge_commit_sha,
    created_at::timestamptz               as created_at,
    merged_at::timestamptz                as merged_at,
    closed_at::timestamptz                as closed_at
from {{ latest(source('github', 'pull_requests')) }} as pull
