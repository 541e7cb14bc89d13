select
    expense.id                               as expense_id,
    expense.company_id,
    expense.employee_id,
    {{ clean_text('expense.name') }}         as description,
    expense.date::date                       as spent_on,
    expense.state,
    expense.payment_mode,
    expense.total_amount::numeric            as amount,
    company.currency                         as company_currency,
    expense.total_amount_currency::numeric   as amount_document,
    currency.currency                        as document_currency
from {{ latest(source('erp', 'hr_expense')) }} as expense
join {{ ref('company') }} as company on company.company_id = expense.company_id
left join {{ ref('currency') }} as currency on currency.currency_id = expense.currency_id
