-- The trial balance at the reporting date for the fiscal year it falls in. Income and expense accounts start the
-- year at nothing; what they held before stands in one line of its own per company, since the ERP keeps no
-- year-end closing entries. The closing balances of a company add up to zero.
with ledger as (
    select ledger.*, reporting.as_of, reporting.fiscal_year_start as year_start
    from {{ ref('general_ledger') }} as ledger
    join {{ ref('reporting_date') }} as reporting on reporting.company_id = ledger.company_id
    where ledger.posting_date <= reporting.as_of
),

line as (
    select
        ledger.company_id || '-' || ledger.account_id as trial_balance_key,
        ledger.company_id,
        ledger.company,
        ledger.as_of,
        ledger.account_id,
        ledger.account_code,
        ledger.account,
        ledger.account_type,
        ledger.section,
        ledger.section_order,
        ledger.currency,
        coalesce(sum(ledger.balance) filter (
            where ledger.posting_date < ledger.year_start and ledger.statement <> 'profit_and_loss'), 0) as opening_balance,
        coalesce(sum(ledger.debit) filter (where ledger.posting_date >= ledger.year_start), 0)  as debit,
        coalesce(sum(ledger.credit) filter (where ledger.posting_date >= ledger.year_start), 0) as credit
    from ledger
    group by ledger.company_id, ledger.company, ledger.as_of, ledger.account_id, ledger.account_code, ledger.account,
             ledger.account_type, ledger.section, ledger.section_order, ledger.currency

    union all

    select
        ledger.company_id || '-undistributed',
        ledger.company_id,
        ledger.company,
        ledger.as_of,
        null,
        null,
        'Undistributed profits of earlier years',
        'equity_unaffected',
        'Undistributed profits of earlier years',
        220,
        ledger.currency,
        sum(ledger.balance),
        0,
        0
    from ledger
    where ledger.statement = 'profit_and_loss' and ledger.posting_date < ledger.year_start
    group by ledger.company_id, ledger.company, ledger.as_of, ledger.currency
)

select
    line.*,
    line.opening_balance + line.debit - line.credit as closing_balance
from line
