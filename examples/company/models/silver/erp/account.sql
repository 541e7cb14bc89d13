-- The chart of accounts, one row per account and company that uses it: an account may be shared by several
-- companies, and each gives it a code of its own.
select
    account.id || '-' || member.company_id         as account_key,
    account.id                                     as account_id,
    member.company_id,
    coalesce(own.code, account.code)               as account_code,
    {{ clean_text('account.name') }}               as account,
    account.account_type,
    split_part(account.account_type, '_', 1)       as account_class,
    coalesce(account.reconcile, false)             as is_reconcilable,
    account.account_type = 'asset_cash'            as is_cash,
    account.account_type in ('income', 'income_other', 'expense', 'expense_depreciation', 'expense_direct_cost')
                                                   as is_profit_and_loss,
    coalesce(account.deprecated, false)            as is_deprecated
from {{ latest(source('erp', 'account_account')) }} as account
cross join lateral (
    select value::bigint as company_id
    from jsonb_array_elements_text(account.company_ids)
) as member
left join {{ latest(source('erp', 'account_account_company_value'), 'company_id, record_id') }} as own
    on own.record_id = account.id and own.company_id = member.company_id
