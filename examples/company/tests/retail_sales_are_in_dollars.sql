-- The export of sales names no currency. It is taken for dollars because only stores in the United States sold.
select sale.retail_sale_key, store.country
from {{ ref('retail_sale') }} as sale
join {{ ref('store') }} as store on store.store_id = sale.store_id
where store.country <> 'USA' or sale.currency <> 'USD'
