-- An incident ends before the next begins, and after it began.
select *
from (
    select
        incident_id,
        broken_at,
        restored_at,
        lag(restored_at, 1, '-infinity') over (partition by repository, environment order by broken_at) as before
    from {{ ref('time_to_restore') }}
) as incident
where before is null or before > broken_at or restored_at < broken_at
