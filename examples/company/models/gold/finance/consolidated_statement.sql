-- All companies in one currency, by the closing-rate method (IAS 21): assets and liabilities at the rate of the
-- reporting date, income, expenses and equity at the rate of the day they were posted, and what that leaves over
-- as a translation difference in equity. No other figure of gold_finance adds amounts of different currencies.
--
-- Each row says which rate it used and from which day that rate is; a rate older than the variable
-- `stale_rate_days` is marked. An amount for which no rate is known is null, not guessed. Transactions between the
-- companies are not eliminated.
with daily as (
    select
        ledger.company_id, ledger.company, ledger.currency, reporting.as_of,
        ledger.account_id, ledger.account_code, ledger.account, ledger.account_type,
        ledger.statement, ledger.side, ledger.section, ledger.section_order,
        case when ledger.side in ('assets', 'liabilities') then 'closing rate' else 'rate of the posting day' end as method,
        case when ledger.side in ('assets', 'liabilities') then reporting.as_of else ledger.posting_date end as rate_needed_on,
        sum(ledger.balance) as balance
    from {{ ref('general_ledger') }} as ledger
    join {{ ref('reporting_date') }} as reporting on reporting.company_id = ledger.company_id
    where ledger.posting_date <= reporting.as_of
      and ledger.statement <> 'off_balance'
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
),

translated as (
    select
        daily.*,
        case
            when daily.currency = '{{ var('reporting_currency') }}' then 1
            else target.units_per_base / nullif(origin.units_per_base, 0)
        end as rate,
        case
            when daily.currency = '{{ var('reporting_currency') }}' then daily.rate_needed_on
            else least(target.rate_date, origin.rate_date)
        end as rate_date
    from daily
    left join lateral (
        {{ rate_on('daily.currency', 'daily.rate_needed_on') }}
    ) as origin on true
    left join lateral (
        {{ rate_on("'" ~ var('reporting_currency') ~ "'", 'daily.rate_needed_on') }}
    ) as target on true
),

line as (
    select
        company_id || '-' || account_id as consolidated_key,
        company_id, company, as_of, statement, side, section, section_order,
        account_id, account_code, account, currency, method,
        sum(balance)                    as balance_local,
        min(rate_date)                  as oldest_rate_date,
        max(rate_needed_on - rate_date) as rate_age_days,
        -- a sum skips nulls; one missing rate makes the whole figure unknown
        case when bool_and(rate is not null) then round(sum(balance * rate), 2) end as balance
    from translated
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13
),

with_difference as (
    select * from line
    union all
    select
        company_id || '-translation', company_id, company, as_of, 'balance_sheet', 'equity', 'Translation difference', 240,
        null, null, 'Translation difference', currency, 'balancing figure',
        0, min(oldest_rate_date), max(rate_age_days),
        case when bool_and(balance is not null) then -sum(balance) end
    from line
    group by company_id, company, as_of, currency
)

select
    consolidated_key,
    company_id,
    company,
    as_of,
    statement,
    side,
    section,
    section_order,
    account_id,
    account_code,
    account,
    currency                                              as local_currency,
    balance_local,
    method,
    oldest_rate_date,
    rate_age_days,
    coalesce(rate_age_days > {{ var('stale_rate_days') }}, true) as rate_is_stale,
    '{{ var('reporting_currency') }}'                     as reporting_currency,
    balance
from with_difference
