{# Items of receivable or payable accounts that were not fully matched at the end of the reporting date.

   What is open is worked out from the matching itself (amount less all matches up to the date), not taken from
   the ERP's own residual, which only knows today. So the same query answers for any past day, and
   `reconciliation_check` can hold the result against both the ledger and the ERP.

   Everything unmatched counts: invoices, credit notes, payments on account, opening entries. Otherwise the
   total would not be the account's balance.

   sign: 1 where a debit is open in our favour (receivables), -1 where a credit is owed (payables). #}
{% macro open_item(account_type, sign) %}
with item as (
    select ledger.*, reporting.as_of
    from {{ ref('general_ledger') }} as ledger
    join {{ ref('reporting_date') }} as reporting on reporting.company_id = ledger.company_id
    where ledger.account_type = '{{ account_type }}'
      and ledger.posting_date <= reporting.as_of
),

matched as (
    select item_id, sum(amount) as amount, sum(amount_currency) as amount_currency
    from (
        select match.debit_item_id as item_id, match.amount, match.debit_amount_currency as amount_currency,
               match.matched_on, match.company_id
        from {{ ref('reconciliation') }} as match
        union all
        select match.credit_item_id, -match.amount, -match.credit_amount_currency,
               match.matched_on, match.company_id
        from {{ ref('reconciliation') }} as match
    ) as half
    join {{ ref('reporting_date') }} as reporting on reporting.company_id = half.company_id
    where half.matched_on <= reporting.as_of
    group by item_id
),

open as (
    select
        item.*,
        coalesce(item.due_date, item.posting_date)                               as falls_due_on,
        {{ sign }} * (item.balance - coalesce(matched.amount, 0))                as open_amount,
        {{ sign }} * (item.amount_currency - coalesce(matched.amount_currency, 0)) as open_amount_document
    from item
    left join matched on matched.item_id = item.journal_item_id
)

select
    open.journal_item_id,
    open.company_id,
    open.company,
    open.as_of,
    open.account_code,
    open.account,
    open.commercial_partner_id                 as partner_id,
    coalesce(open.partner, 'No partner stated') as partner,
    open.counterpart_name,
    open.journal_entry_id,
    open.entry_number,
    open.document_type,
    open.reference,
    open.posting_date,
    open.falls_due_on                          as due_date,
    greatest(open.as_of - open.falls_due_on, 0) as days_overdue,
    {{ ageing_bucket('open.as_of - open.falls_due_on') }} as bucket,
    {{ ageing_bucket_order('open.as_of - open.falls_due_on') }} as bucket_order,
    open.currency,
    {{ sign }} * open.balance                  as original_amount,
    open.open_amount,
    open.document_currency,
    {{ sign }} * open.amount_currency          as original_amount_document,
    open.open_amount_document
from open
where open.open_amount <> 0 or open.open_amount_document <> 0
{% endmacro %}

{% macro ageing_bucket(days) -%}
case
    when {{ days }} <= 0 then 'Not due'
    when {{ days }} <= 30 then '1-30 days'
    when {{ days }} <= 60 then '31-60 days'
    when {{ days }} <= 90 then '61-90 days'
    else 'Over 90 days'
end
{%- endmacro %}

{% macro ageing_bucket_order(days) -%}
case
    when {{ days }} <= 0 then 0
    when {{ days }} <= 30 then 1
    when {{ days }} <= 60 then 2
    when {{ days }} <= 90 then 3
    else 4
end
{%- endmacro %}

{# Open items by partner, as accountants read them: one line a partner, one column a bucket. #}
{% macro ageing(open_item) %}
select
    item.company_id || '-' || coalesce(item.partner_id::text, 'none')      as ageing_key,
    item.company_id,
    item.company,
    item.as_of,
    item.partner_id,
    item.partner,
    item.counterpart_name,
    item.currency,
    coalesce(sum(item.open_amount) filter (where item.bucket_order = 0), 0) as not_due,
    coalesce(sum(item.open_amount) filter (where item.bucket_order = 1), 0) as days_1_30,
    coalesce(sum(item.open_amount) filter (where item.bucket_order = 2), 0) as days_31_60,
    coalesce(sum(item.open_amount) filter (where item.bucket_order = 3), 0) as days_61_90,
    coalesce(sum(item.open_amount) filter (where item.bucket_order = 4), 0) as over_90_days,
    sum(item.open_amount)                                                   as total,
    coalesce(sum(item.open_amount) filter (where item.bucket_order > 0), 0) as overdue,
    max(item.days_overdue)                                                  as oldest_days_overdue,
    count(*)                                                                as open_items
from {{ open_item }} as item
group by item.company_id, item.company, item.as_of, item.partner_id, item.partner, item.counterpart_name, item.currency
{% endmacro %}

{# The same by bucket alone, for charts; every bucket is there, with 0 where it is empty. #}
{% macro ageing_by_bucket(open_item) %}
with bucket as (
    select *
    from (values
        (0, 'Not due'), (1, '1-30 days'), (2, '31-60 days'), (3, '61-90 days'), (4, 'Over 90 days')
    ) as bucket (bucket_order, bucket)
)

select
    reporting.company_id || '-' || bucket.bucket_order  as bucket_key,
    reporting.company_id,
    reporting.company,
    reporting.as_of,
    bucket.bucket_order,
    bucket.bucket,
    reporting.currency,
    coalesce(sum(item.open_amount), 0)                  as amount,
    count(item.journal_item_id)                         as open_items
from {{ ref('reporting_date') }} as reporting
cross join bucket
left join {{ open_item }} as item
    on item.company_id = reporting.company_id and item.bucket_order = bucket.bucket_order
where reporting.keeps_books
group by reporting.company_id, reporting.company, reporting.as_of, reporting.currency,
         bucket.bucket_order, bucket.bucket
{% endmacro %}
