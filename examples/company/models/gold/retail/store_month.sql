-- Each store by month: sales, their cost, expenses, and what is left. Stores whose expenses are in another currency
-- than their sales get no result: the two cannot be subtracted.
with sales as (
    select
        store_id,
        date_trunc('month', sold_on)::date as month,
        currency,
        sum(sales)                         as sales,
        sum(cost)                          as cost,
        sum(units)                         as units,
        count(distinct retail_customer_id) as customers
    from {{ ref('retail_sale') }}
    group by 1, 2, 3
),

expense as (
    select store_id, date_trunc('month', month)::date as month, currency, sum(amount) as amount
    from {{ ref('store_expense') }}
    group by 1, 2, 3
)

select
    store.store_id || '-' || coalesce(sales.month, expense.month) as store_month_key,
    store.store_id,
    store.store,
    store.store_type,
    store.region,
    store.country,
    coalesce(sales.month, expense.month)     as month,
    coalesce(sales.units, 0)                 as units,
    coalesce(sales.customers, 0)             as customers,
    sales.currency                           as sales_currency,
    coalesce(sales.sales, 0)                 as sales,
    coalesce(sales.cost, 0)                  as cost,
    coalesce(sales.sales - sales.cost, 0)    as gross_margin,
    expense.currency                         as expense_currency,
    coalesce(expense.amount, 0)              as expenses,
    case
        when sales.currency = expense.currency then sales.sales - sales.cost - expense.amount
        when expense.store_id is null then sales.sales - sales.cost
    end                                      as result
from sales
full join expense on expense.store_id = sales.store_id and expense.month = sales.month
join {{ ref('store') }} as store on store.store_id = coalesce(sales.store_id, expense.store_id)
