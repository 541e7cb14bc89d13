-- Staff. Everything here that tells who somebody is carries a tag in the schema file, and a mask follows from it.
select
    employee.id                                  as employee_id,
    employee.company_id,
    {{ clean_text('employee.name') }}            as person_name,
    {{ clean_text('employee.job_title') }}       as job_title,
    employee.department_id,
    {{ clean_text('department.complete_name') }} as department,
    employee.parent_id                           as manager_id,
    lower({{ clean_text('employee.work_email') }})    as work_email,
    {{ clean_text('employee.work_phone') }}      as work_phone,
    lower({{ clean_text('employee.private_email') }}) as private_email,
    {{ clean_text('employee.private_phone') }}   as private_phone,
    employee.birthday::date                      as birthday,
    coalesce(employee.active, true)              as is_active
from {{ latest(source('erp', 'hr_employee')) }} as employee
left join {{ latest(source('erp', 'hr_department')) }} as department on department.id = employee.department_id
