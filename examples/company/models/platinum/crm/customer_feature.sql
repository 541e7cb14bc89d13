-- What is known about each customer of each company at the end of the reporting date, ready for a model: recency,
-- frequency and monetary value, how they pay, what is open, what is in the pipeline. Every figure uses only what
-- had happened by `as_of`, in the company's own currency. No names of natural persons.
with reporting as (
    select * from {{ ref('reporting_date') }} where keeps_books
),

invoice as (
    select
        entry.company_id,
        entry.commercial_partner_id as partner_id,
        entry.journal_entry_id,
        entry.move_type,
        entry.invoice_date,
        entry.due_date,
        entry.amount_untaxed_company,
        reporting.as_of
    from {{ ref('journal_entry') }} as entry
    join reporting on reporting.company_id = entry.company_id
    where entry.state = 'posted'
      and entry.move_type in ('out_invoice', 'out_refund')
      and entry.posting_date <= reporting.as_of
      and entry.commercial_partner_id is not null
),

revenue as (
    select
        company_id,
        partner_id,
        min(invoice_date) filter (where move_type = 'out_invoice')        as first_invoice_on,
        max(invoice_date) filter (where move_type = 'out_invoice')        as last_invoice_on,
        count(*) filter (where move_type = 'out_invoice')                 as invoices,
        count(*) filter (where move_type = 'out_invoice' and invoice_date > as_of - 365) as invoices_365_days,
        coalesce(sum(amount_untaxed_company), 0)                          as revenue,
        coalesce(sum(amount_untaxed_company) filter (where invoice_date > as_of - 365), 0) as revenue_365_days,
        coalesce(sum(amount_untaxed_company) filter (where move_type = 'out_invoice'), 0)  as invoiced,
        coalesce(-sum(amount_untaxed_company) filter (where move_type = 'out_refund'), 0)  as credited
    from invoice
    group by company_id, partner_id
),

-- every match of an invoice's receivable with money; matching against a credit note is not a payment
settlement as (
    select
        ledger.company_id,
        ledger.commercial_partner_id          as partner_id,
        match.amount,
        match.matched_on - entry.invoice_date as days_to_pay,
        match.matched_on - coalesce(ledger.due_date, entry.due_date, entry.invoice_date) as days_late
    from {{ ref('reconciliation') }} as match
    join {{ ref('general_ledger') }} as ledger on ledger.journal_item_id = match.debit_item_id
    join {{ ref('general_ledger') }} as credit on credit.journal_item_id = match.credit_item_id
    join {{ ref('journal_entry') }} as entry on entry.journal_entry_id = ledger.journal_entry_id
    join reporting on reporting.company_id = ledger.company_id
    where entry.move_type = 'out_invoice'
      and ledger.account_type = 'asset_receivable'
      and credit.document_type <> 'customer credit note'
      and match.matched_on <= reporting.as_of
),

paying as (
    select
        company_id,
        partner_id,
        sum(amount)                                                    as paid,
        round(sum(amount * days_to_pay) / nullif(sum(amount), 0), 1)   as average_days_to_pay,
        round(sum(amount * days_late) / nullif(sum(amount), 0), 1)     as average_days_late
    from settlement
    group by company_id, partner_id
),

receivable as (
    select company_id, partner_id, total as open_receivable, overdue as overdue_receivable, oldest_days_overdue
    from {{ ref('ar_ageing') }}
    where partner_id is not null
),

pipeline as (
    select
        lead.company_id,
        partner.commercial_partner_id          as partner_id,
        count(*)                               as open_opportunities,
        sum(lead.expected_revenue)             as pipeline_value,
        sum(lead.weighted_revenue)             as pipeline_weighted
    from {{ ref('opportunity') }} as lead
    join {{ ref('partner') }} as partner on partner.partner_id = lead.partner_id
    where lead.status = 'open'
      and lead.company_id is not null
    group by lead.company_id, partner.commercial_partner_id
),

orders as (
    select
        company_id,
        partner_id,
        count(distinct sales_order_id) as confirmed_orders,
        sum(revenue)                   as ordered
    from {{ ref('sales_order_margin') }}
    where is_confirmed
    group by company_id, partner_id
),

customer as (
    select company_id, partner_id from revenue
    union
    select company_id, partner_id from receivable
    union
    select company_id, partner_id from pipeline
    union
    select company_id, partner_id from orders
)

select
    customer.company_id || '-' || customer.partner_id                as customer_key,
    customer.company_id,
    reporting.company,
    customer.partner_id,
    partner.partner                                                  as customer,
    partner.is_company,
    partner.country_code,
    partner.industry,
    reporting.as_of,
    reporting.currency,
    reporting.as_of - revenue.last_invoice_on                        as recency_days,
    reporting.as_of - revenue.first_invoice_on                       as tenure_days,
    coalesce(revenue.invoices, 0)                                    as invoices,
    coalesce(revenue.invoices_365_days, 0)                           as frequency_365_days,
    coalesce(revenue.revenue, 0)                                     as revenue,
    coalesce(revenue.revenue_365_days, 0)                            as monetary_365_days,
    case when revenue.invoiced > 0 then round(revenue.credited / revenue.invoiced, 4) end as credited_share,
    coalesce(paying.paid, 0)                                         as paid,
    paying.average_days_to_pay,
    paying.average_days_late,
    coalesce(receivable.open_receivable, 0)                          as open_receivable,
    coalesce(receivable.overdue_receivable, 0)                       as overdue_receivable,
    coalesce(receivable.oldest_days_overdue, 0)                      as oldest_days_overdue,
    coalesce(orders.confirmed_orders, 0)                             as confirmed_orders,
    coalesce(orders.ordered, 0)                                      as ordered,
    coalesce(pipeline.open_opportunities, 0)                         as open_opportunities,
    coalesce(pipeline.pipeline_value, 0)                             as pipeline_value,
    coalesce(pipeline.pipeline_weighted, 0)                          as pipeline_weighted
from customer
join reporting on reporting.company_id = customer.company_id
join {{ ref('partner') }} as partner on partner.partner_id = customer.partner_id
left join revenue on revenue.company_id = customer.company_id and revenue.partner_id = customer.partner_id
left join paying on paying.company_id = customer.company_id and paying.partner_id = customer.partner_id
left join receivable on receivable.company_id = customer.company_id and receivable.partner_id = customer.partner_id
left join pipeline on pipeline.company_id = customer.company_id and pipeline.partner_id = customer.partner_id
left join orders on orders.company_id = customer.company_id and orders.partner_id = customer.partner_id
