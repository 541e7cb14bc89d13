select
    task.id                                       as task_id,
    {{ clean_text('task.name') }}                 as task_title,
    {{ plain_text('task.description') }}          as description,
    task.project_id,
    {{ clean_text('project.name') }}              as project,
    coalesce(task.company_id, project.company_id) as company_id,
    task.stage_id,
    {{ clean_text('stage.name') }}                as stage,
    task.state,
    task.state in ('1_done', '1_canceled')        as is_closed,
    task.partner_id,
    task.date_deadline::timestamptz               as due_at,
    task.date_end::timestamptz                    as ended_at,
    task.create_date                              as created_at,
    coalesce(task.active, true)                   as is_active,
    -- a task without a project is somebody's personal to-do
    task.project_id is null                       as is_personal,
    task.write_date                               as changed_at
from {{ latest(source('erp', 'project_task')) }} as task
left join {{ latest(source('erp', 'project_project')) }} as project on project.id = task.project_id
left join {{ latest(source('erp', 'project_task_type')) }} as stage on stage.id = task.stage_id
