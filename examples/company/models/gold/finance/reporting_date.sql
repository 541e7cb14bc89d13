-- The day at the end of which every figure of gold_finance is struck, one row a company. The variable `as_of`
-- sets it: `ledger_end` (default), `today`, or a date. One model says it, so that no two figures can disagree.
with struck as (
    select
        {% if var('as_of') == 'ledger_end' -%}
        (select max(item.posting_date) from {{ ref('journal_item') }} as item where item.state = 'posted')
        {%- elif var('as_of') == 'today' -%}
        (now() at time zone 'UTC')::date
        {%- else -%}
        '{{ var('as_of') }}'::date
        {%- endif %} as as_of
)

select
    company.company_id,
    company.company,
    company.currency,
    company.keeps_books,
    struck.as_of,
    {{ fiscal_year_start('struck.as_of', 'company.fiscal_year_end_month', 'company.fiscal_year_end_day') }}
        as fiscal_year_start
from {{ ref('company') }} as company
cross join struck
