-- The identities that the books must satisfy, one row a company and identity, worked out along two independent
-- ways. `difference` is zero, or something is wrong with the data or with a model. Tests hold the same identities
-- before anything is published; this table shows them to whoever reads the figures.
with ledger as (
    select ledger.*, reporting.as_of
    from {{ ref('general_ledger') }} as ledger
    join {{ ref('reporting_date') }} as reporting on reporting.company_id = ledger.company_id
    where ledger.posting_date <= reporting.as_of
),

-- the ERP only knows what is open now; that can be compared when the reporting date is not in the past
at_ledger_end as (
    select reporting.company_id,
           reporting.as_of >= (
               select max(item.posting_date)
               from {{ ref('journal_item') }} as item
               where item.state = 'posted' and item.company_id = reporting.company_id
           ) as comparable
    from {{ ref('reporting_date') }} as reporting
),

identity as (
    select 10 as check_order, 'Trial balance is zero' as check_name,
           'Sum of debits' as left_side, 'Sum of credits' as right_side,
           company_id, sum(debit) as left_amount, sum(credit) as right_amount
    from ledger group by company_id

    union all
    select 20, 'Every entry balances', 'Entries whose items do not add up to zero', 'None',
           company_id, count(*) filter (where entry_balance <> 0), 0
    from (
        select company_id, journal_entry_id, sum(balance) as entry_balance
        from ledger group by company_id, journal_entry_id
    ) as entry
    group by company_id

    union all
    select 30, 'Trial balance ties to the ledger', 'Closing balances, without sign', 'Ledger balances, without sign',
           book.company_id, trial.amount, book.amount
    from (
        -- income and expense accounts start anew each year, so only the others can be compared with the whole ledger
        select company_id, sum(abs(closing_balance)) as amount
        from {{ ref('trial_balance') }}
        where account_id is not null and account_type !~ '^(income|expense)'
        group by company_id
    ) as trial
    join (
        select company_id, sum(abs(balance)) as amount
        from (
            select company_id, account_id, sum(balance) as balance
            from ledger where account_type !~ '^(income|expense)' group by company_id, account_id
        ) as account
        group by company_id
    ) as book on book.company_id = trial.company_id

    union all
    select 40, 'Balance sheet balances', 'Assets', 'Liabilities and equity',
           company_id,
           coalesce(sum(amount) filter (where side = 'assets'), 0),
           coalesce(sum(amount) filter (where side <> 'assets'), 0)
    from {{ ref('balance_sheet') }}
    where is_current
    group by company_id

    union all
    select 50, 'Profit ties to the ledger', 'Profit and loss statement', 'Income and expense accounts of the ledger',
           book.company_id, coalesce(statement.amount, 0), book.amount
    from (
        select company_id, -sum(balance) as amount
        from ledger where account_type like 'income%' or account_type like 'expense%' group by company_id
    ) as book
    left join (
        select company_id, sum(profit_effect) as amount from {{ ref('profit_and_loss') }} group by company_id
    ) as statement on statement.company_id = book.company_id

    union all
    select 60, 'Receivables tie to the ledger', 'Open customer items', 'Receivable accounts of the ledger',
           book.company_id, coalesce(open.amount, 0), book.amount
    from (
        select company_id, sum(balance) as amount from ledger where account_type = 'asset_receivable' group by company_id
    ) as book
    left join (
        select company_id, sum(open_amount) as amount from {{ ref('ar_open_item') }} group by company_id
    ) as open on open.company_id = book.company_id

    union all
    select 61, 'Receivables tie to the ERP', 'Open customer items', 'Residuals that the ERP states',
           book.company_id, coalesce(open.amount, 0), book.amount
    from (
        select item.company_id, sum(item.erp_residual) as amount
        from {{ ref('journal_item') }} as item
        join ledger on ledger.journal_item_id = item.journal_item_id
        join at_ledger_end on at_ledger_end.company_id = item.company_id and at_ledger_end.comparable
        where ledger.account_type = 'asset_receivable'
        group by item.company_id
    ) as book
    left join (
        select company_id, sum(open_amount) as amount from {{ ref('ar_open_item') }} group by company_id
    ) as open on open.company_id = book.company_id

    union all
    select 62, 'Receivables ageing adds up', 'Ageing by customer', 'Open customer items',
           open.company_id, coalesce(aged.amount, 0), open.amount
    from (
        select company_id, sum(open_amount) as amount from {{ ref('ar_open_item') }} group by company_id
    ) as open
    left join (
        select company_id, sum(not_due + days_1_30 + days_31_60 + days_61_90 + over_90_days) as amount
        from {{ ref('ar_ageing') }} group by company_id
    ) as aged on aged.company_id = open.company_id

    union all
    select 70, 'Payables tie to the ledger', 'Open vendor items', 'Payable accounts of the ledger',
           book.company_id, coalesce(open.amount, 0), book.amount
    from (
        select company_id, -sum(balance) as amount from ledger where account_type = 'liability_payable' group by company_id
    ) as book
    left join (
        select company_id, sum(open_amount) as amount from {{ ref('ap_open_item') }} group by company_id
    ) as open on open.company_id = book.company_id

    union all
    select 71, 'Payables tie to the ERP', 'Open vendor items', 'Residuals that the ERP states',
           book.company_id, coalesce(open.amount, 0), book.amount
    from (
        select item.company_id, -sum(item.erp_residual) as amount
        from {{ ref('journal_item') }} as item
        join ledger on ledger.journal_item_id = item.journal_item_id
        join at_ledger_end on at_ledger_end.company_id = item.company_id and at_ledger_end.comparable
        where ledger.account_type = 'liability_payable'
        group by item.company_id
    ) as book
    left join (
        select company_id, sum(open_amount) as amount from {{ ref('ap_open_item') }} group by company_id
    ) as open on open.company_id = book.company_id

    union all
    select 72, 'Payables ageing adds up', 'Ageing by vendor', 'Open vendor items',
           open.company_id, coalesce(aged.amount, 0), open.amount
    from (
        select company_id, sum(open_amount) as amount from {{ ref('ap_open_item') }} group by company_id
    ) as open
    left join (
        select company_id, sum(not_due + days_1_30 + days_31_60 + days_61_90 + over_90_days) as amount
        from {{ ref('ap_ageing') }} group by company_id
    ) as aged on aged.company_id = open.company_id

    union all
    select 80, 'Cash flow ties to the cash accounts', 'Cash flow statement', 'Change of the bank and cash accounts',
           book.company_id, coalesce(flow.amount, 0), book.amount
    from (
        select company_id, sum(balance) as amount from ledger where account_type = 'asset_cash' group by company_id
    ) as book
    left join (
        select company_id, sum(net) as amount from {{ ref('cash_flow') }} group by company_id
    ) as flow on flow.company_id = book.company_id
)

select
    identity.company_id || '-' || identity.check_order as check_key,
    identity.company_id,
    reporting.company,
    reporting.as_of,
    identity.check_order,
    identity.check_name,
    identity.left_side,
    identity.left_amount,
    identity.right_side,
    identity.right_amount,
    identity.left_amount - identity.right_amount       as difference,
    reporting.currency,
    identity.left_amount = identity.right_amount       as holds
from identity
join {{ ref('reporting_date') }} as reporting on reporting.company_id = identity.company_id
