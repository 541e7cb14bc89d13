{# The first day of the fiscal year that `day` belongs to, for a year ending on the given month and day. A year
   that ends on the 31st of a shorter month ends on that month's last day, and one that ends on 28 February on the 29th
   of a leap year, both as the ERP has it. #}
{% macro fiscal_year_end(year, month, day_of_month) -%}
least(
    (make_date({{ year }}, {{ month }}, 1) + interval '1 month' - interval '1 day')::date,
    make_date({{ year }}, {{ month }}, 1)
        + (case when {{ month }} = 2 and {{ day_of_month }} = 28 then 29 else {{ day_of_month }} end - 1)
)
{%- endmacro %}

{% macro fiscal_year_start(day, month, day_of_month) -%}
case
    when {{ day }} > {{ fiscal_year_end('extract(year from ' ~ day ~ ')::int', month, day_of_month) }}
        then {{ fiscal_year_end('extract(year from ' ~ day ~ ')::int', month, day_of_month) }} + 1
    else {{ fiscal_year_end('extract(year from ' ~ day ~ ')::int - 1', month, day_of_month) }} + 1
end
{%- endmacro %}
