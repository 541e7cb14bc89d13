-- The chart of accounts, one row per account and company that uses it: an account may be shared by several companies
-- and by their branches, and each may give it a code of its own. A branch without one takes that of the company it
-- belongs to.
with account as (
    select
        account.*,
        array(select value::bigint from jsonb_array_elements_text(account.company_ids)) as owners
    from {{ latest(source('erp', 'account_account')) }} as account
),

code as (
    select company_id, record_id as account_id, code
    from {{ latest(source('erp', 'account_account_company_value'), 'company_id, record_id') }} as value
    where code is not null
)

select
    account.id || '-' || company.company_id        as account_key,
    account.id                                     as account_id,
    company.company_id,
    coalesce(
        (
            select code.code
            from code
            where code.account_id = account.id and code.company_id = any (company.company_path)
            order by array_position(company.company_path, code.company_id) desc
            limit 1
        ),
        account.code
    )                                              as account_code,
    {{ clean_text('account.name') }}               as account,
    account.account_type,
    account.account_type = 'asset_cash'            as is_cash,
    coalesce(account.reconcile, false)             as is_reconcilable,
    coalesce(account.deprecated, false)            as is_deprecated
from account
join {{ ref('company') }} as company on company.company_path && account.owners
