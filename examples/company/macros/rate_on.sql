{# The rate that holds on a day as the ERP chooses it: the group's own before one shared by all companies, then the
   latest not after the day. No row where there is none; nothing is assumed to be 1. The base currency is worth one of
   itself on every day, so its rate never ages. #}
{% macro rate_on(currency, day) -%}
select
    rate.units_per_base,
    case
        when rate.units_per_base = 1 and rate.currency = base.currency then {{ day }}
        else rate.valid_from
    end as rate_date
from {{ ref('exchange_rate') }} as rate
left join {{ ref('company') }} as base on base.company_id = {{ var('group_company_id') }}
where rate.currency = {{ currency }}
  and rate.valid_from <= {{ day }}
  and (rate.company_id is null or rate.company_id = {{ var('group_company_id') }})
order by rate.company_id nulls last, rate.valid_from desc
limit 1
{%- endmacro %}
