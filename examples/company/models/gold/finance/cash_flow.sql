-- The direct cash flow statement: what went through the bank and cash accounts, by what it was for. An entry
-- balances, so the items of it that are not cash, with their sign turned, are exactly what the cash was for; a
-- transfer between two own accounts cancels out by itself.
--
-- Bank lines that nobody has matched yet stand against the suspense account and are shown as such: they moved
-- cash, but what for is not known. A revaluation of an account in a foreign currency changes what it is worth without
-- anything being received or paid, and has a line of its own.
with cash_entry as (
    select distinct ledger.journal_entry_id
    from {{ ref('general_ledger') }} as ledger
    where ledger.account_type = 'asset_cash'
),

suspense as (
    select company_id, suspense_account_id as account_id
    from {{ ref('company') }}
    where suspense_account_id is not null
    union
    select company_id, suspense_account_id
    from {{ ref('journal') }}
    where suspense_account_id is not null
),

-- where registered payments wait for the bank's confirmation
outstanding as (
    select distinct company_id, outstanding_account_id as account_id
    from {{ ref('payment') }}
    where outstanding_account_id is not null
),

counterpart as (
    select
        ledger.company_id,
        ledger.company,
        ledger.currency,
        ledger.posting_month as month,
        -ledger.balance      as amount,
        case
            when ledger.journal_id = company.exchange_journal_id then 'exchange'
            when suspense.account_id is not null then 'unallocated'
            when outstanding.account_id is not null then 'operating'
            else account_type.cash_flow_activity
        end                  as activity,
        case
            when ledger.journal_id = company.exchange_journal_id then 'Exchange differences on cash'
            when suspense.account_id is not null then 'Bank lines not yet matched'
            when outstanding.account_id is not null and ledger.balance < 0 then 'Received from customers'
            when outstanding.account_id is not null then 'Paid to suppliers and staff'
            else account_type.cash_flow_category
        end                  as category
    from {{ ref('general_ledger') }} as ledger
    join cash_entry on cash_entry.journal_entry_id = ledger.journal_entry_id
    join {{ ref('reporting_date') }} as reporting on reporting.company_id = ledger.company_id
    join {{ ref('company') }} as company on company.company_id = ledger.company_id
    left join {{ ref('account_type') }} as account_type on account_type.account_type = ledger.account_type
    left join suspense on suspense.company_id = ledger.company_id and suspense.account_id = ledger.account_id
    left join outstanding on outstanding.company_id = ledger.company_id and outstanding.account_id = ledger.account_id
    where ledger.account_type <> 'asset_cash'
      and ledger.posting_date <= reporting.as_of
)

select
    company_id || '-' || month || '-' || activity || '-' || category as cash_flow_key,
    company_id,
    company,
    month,
    activity,
    category,
    currency,
    coalesce(sum(amount) filter (where amount > 0), 0)   as received,
    coalesce(-sum(amount) filter (where amount < 0), 0)  as paid,
    sum(amount)                                          as net
from counterpart
group by company_id, company, month, activity, category, currency
