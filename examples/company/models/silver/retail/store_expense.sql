-- Monthly expenses of the stores, in the currency of each, under its ISO code.
select
    md5(concat_ws('|', store_id, account_id, exp_date, category_id))  as store_expense_key,
    store_id::bigint                            as store_id,
    exp_date::date                              as month,
    account_id::bigint                          as account_id,
    {{ clean_text('account_description') }}     as account,
    {{ clean_text('category_id') }}             as category,
    case {{ clean_text('currency') }}
        when 'USD' then 'USD'
        when 'Mexican Peso' then 'MXN'
        when 'Canadian Dollar' then 'CAD'
    end                                         as currency,
    amount::numeric                             as amount
from {{ source('files', 'expenses') }} as expense
where _ipai_op is distinct from 'd'
