-- What one unit of the ERP's base currency was worth in each currency, and from when to when. The ERP keeps
-- rates per company (no company: for all). A cross rate from A to B on a day is B's rate divided by A's, both
-- of the same company and valid on that day.
select
    rate.id                                                                     as exchange_rate_id,
    rate.company_id,
    rate.currency_id,
    upper(currency.name)                                                        as currency,
    rate.rate::numeric                                                          as units_per_base,
    rate.name::date                                                             as valid_from,
    lead(rate.name::date, 1, 'infinity'::date)
        over (partition by rate.company_id, rate.currency_id order by rate.name::date) as valid_until
from {{ latest(source('erp', 'res_currency_rate')) }} as rate
join {{ latest(source('erp', 'res_currency')) }} as currency on currency.id = rate.currency_id
