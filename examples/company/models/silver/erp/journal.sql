select
    id                              as journal_id,
    company_id,
    code                            as journal_code,
    {{ clean_text('name') }}        as journal,
    type                            as journal_type,
    default_account_id,
    suspense_account_id,
    currency_id,
    coalesce(active, true)          as is_active
from {{ latest(source('erp', 'account_journal')) }} as journal
