-- The legal entities. Each keeps its books in one currency and has its own fiscal year.
select
    company.id                                          as company_id,
    {{ clean_text('company.name') }}                    as company,
    company.partner_id,
    company.currency_id,
    currency.name                                       as currency,
    currency.decimal_places::int                        as currency_decimal_places,
    company.chart_template,
    company.chart_template is not null                  as keeps_books,
    coalesce(company.fiscalyear_last_month, '12')::int  as fiscal_year_end_month,
    coalesce(company.fiscalyear_last_day, 31)::int      as fiscal_year_end_day,
    company.account_journal_suspense_account_id         as suspense_account_id,
    company.currency_exchange_journal_id                as exchange_journal_id,
    -- itself and the companies it is a branch of, nearest last
    coalesce(
        string_to_array(nullif(btrim(company.parent_path, '/'), ''), '/')::bigint[], array[company.id]
    )                                                   as company_path,
    coalesce(company.active, true)                      as is_active,
    company.write_date                                  as changed_at
from {{ latest(source('erp', 'res_company')) }} as company
join {{ latest(source('erp', 'res_currency')) }} as currency on currency.id = company.currency_id
