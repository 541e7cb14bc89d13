-- The balance sheet at every month's end and at the reporting date (`is_current`). The ERP has no closing
-- entries, so two lines are worked out: the profit of the fiscal year so far, and the profits of the years before
-- that nobody has distributed. With them, assets equal liabilities and equity.
with balance_date as (
    select
        reporting.company_id,
        reporting.company,
        reporting.currency,
        reporting.as_of,
        least((month.start + interval '1 month' - interval '1 day')::date, reporting.as_of) as balance_date
    from {{ ref('reporting_date') }} as reporting
    cross join lateral generate_series(
        (select date_trunc('month', min(ledger.posting_date))
         from {{ ref('general_ledger') }} as ledger
         where ledger.company_id = reporting.company_id),
        reporting.as_of::timestamp,
        interval '1 month'
    ) as month (start)
),

dated as (
    select
        balance_date.*,
        {{ fiscal_year_start('balance_date.balance_date', 'company.fiscal_year_end_month', 'company.fiscal_year_end_day') }}
            as fiscal_year_start
    from balance_date
    join {{ ref('company') }} as company on company.company_id = balance_date.company_id
),

-- one row a day and account keeps the join below small whatever the number of entries
daily as (
    select company_id, posting_date, account_id, account_code, account, statement, side, section, section_order,
           sum(balance) as balance
    from {{ ref('general_ledger') }}
    group by company_id, posting_date, account_id, account_code, account, statement, side, section, section_order
),

line as (
    select
        dated.company_id, dated.company, dated.currency, dated.balance_date, dated.as_of,
        daily.account_id::text as line_key,
        daily.side, daily.section, daily.section_order, daily.account_id, daily.account_code, daily.account,
        sum(daily.balance) as balance
    from dated
    join daily on daily.company_id = dated.company_id and daily.posting_date <= dated.balance_date
    where daily.statement = 'balance_sheet'
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12

    union all

    select
        dated.company_id, dated.company, dated.currency, dated.balance_date, dated.as_of,
        case when daily.posting_date >= dated.fiscal_year_start then 'current-year' else 'undistributed' end,
        'equity',
        case when daily.posting_date >= dated.fiscal_year_start
            then 'Profit of the current year' else 'Undistributed profits of earlier years' end,
        case when daily.posting_date >= dated.fiscal_year_start then 230 else 220 end,
        null::bigint,
        null::text,
        case when daily.posting_date >= dated.fiscal_year_start
            then 'Profit of the current year' else 'Undistributed profits of earlier years' end,
        sum(daily.balance)
    from dated
    join daily on daily.company_id = dated.company_id and daily.posting_date <= dated.balance_date
    where daily.statement = 'profit_and_loss'
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
)

select
    company_id || '-' || balance_date || '-' || line_key   as balance_sheet_key,
    company_id,
    company,
    balance_date,
    balance_date = as_of                                   as is_current,
    side,
    section,
    section_order,
    account_id,
    account_code,
    account,
    currency,
    case when side = 'assets' then balance else -balance end as amount
from line
