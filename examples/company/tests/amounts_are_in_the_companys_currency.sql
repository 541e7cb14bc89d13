-- No table of gold_finance states a company's amounts in another currency than its books'.
select stated.source, stated.company_id, stated.currency
from (
    select 'general_ledger' as source, company_id, currency from {{ ref('general_ledger') }}
    union all select 'trial_balance', company_id, currency from {{ ref('trial_balance') }}
    union all select 'profit_and_loss', company_id, currency from {{ ref('profit_and_loss') }}
    union all select 'balance_sheet', company_id, currency from {{ ref('balance_sheet') }}
    union all select 'cash_flow', company_id, currency from {{ ref('cash_flow') }}
    union all select 'cash_balance', company_id, currency from {{ ref('cash_balance') }}
    union all select 'ar_ageing', company_id, currency from {{ ref('ar_ageing') }}
    union all select 'ap_ageing', company_id, currency from {{ ref('ap_ageing') }}
    union all select 'consolidated_statement', company_id, local_currency from {{ ref('consolidated_statement') }}
) as stated
join {{ ref('company') }} as company on company.company_id = stated.company_id
where stated.currency is distinct from company.currency
