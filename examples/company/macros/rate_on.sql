{# The rate that holds on a day as the ERP chooses it: the group's own before one shared by all companies, then the
   latest not after the day. No row where there is none; nothing is assumed to be 1. #}
{% macro rate_on(currency, day) -%}
select rate.units_per_base, rate.valid_from
from {{ ref('exchange_rate') }} as rate
where rate.currency = {{ currency }}
  and rate.valid_from <= {{ day }}
  and (rate.company_id is null or rate.company_id = {{ var('group_company_id') }})
order by rate.company_id nulls last, rate.valid_from desc
limit 1
{%- endmacro %}
