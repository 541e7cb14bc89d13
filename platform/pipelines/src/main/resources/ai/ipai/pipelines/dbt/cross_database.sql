{# The names that projects written for several databases call, for PostgreSQL. #}
{% macro string_literal(value) %}'{{ value | string | replace("'", "''") }}'{% endmacro %}
{% macro escape_single_quotes(expression) %}{{ expression | replace("'", "''") }}{% endmacro %}
{% macro type_string() %}text{% endmacro %}
{% macro type_timestamp() %}timestamp without time zone{% endmacro %}
{% macro type_float() %}double precision{% endmacro %}
{% macro type_numeric() %}numeric(28,6){% endmacro %}
{% macro type_bigint() %}bigint{% endmacro %}
{% macro type_int() %}integer{% endmacro %}
{% macro type_boolean() %}boolean{% endmacro %}
{% macro current_timestamp() %}now(){% endmacro %}
{% macro current_timestamp_backcompat() %}current_timestamp::timestamp without time zone{% endmacro %}
{% macro now() %}now(){% endmacro %}
{% macro date_trunc(datepart, date) %}date_trunc('{{ datepart }}', {{ date }}){% endmacro %}
{% macro dateadd(datepart, interval, from_date_or_timestamp) %}({{ from_date_or_timestamp }} + (({{ interval }}) * interval '1 {{ datepart }}')){% endmacro %}
{% macro last_day(date, datepart) -%}
{%- if datepart == 'quarter' -%}
cast(date_trunc('quarter', {{ date }}) + interval '3 month' - interval '1 day' as date)
{%- else -%}
cast(date_trunc('{{ datepart }}', {{ date }}) + interval '1 {{ datepart }}' - interval '1 day' as date)
{%- endif -%}
{%- endmacro %}
{% macro date(year, month, day) %}make_date({{ year }}, {{ month }}, {{ day }}){% endmacro %}
{% macro datediff(first_date, second_date, datepart) -%}
{%- set first = '(' ~ first_date ~ ')::timestamp' -%}
{%- set second = '(' ~ second_date ~ ')::timestamp' -%}
{%- set years = "(date_part('year', " ~ second ~ ") - date_part('year', " ~ first ~ "))" -%}
{%- set days = '((' ~ second_date ~ ')::date - (' ~ first_date ~ ')::date)' -%}
{%- if datepart == 'year' -%}
{{ years }}::bigint
{%- elif datepart == 'quarter' -%}
({{ years }} * 4 + date_part('quarter', {{ second }}) - date_part('quarter', {{ first }}))::bigint
{%- elif datepart == 'month' -%}
({{ years }} * 12 + date_part('month', {{ second }}) - date_part('month', {{ first }}))::bigint
{%- elif datepart == 'day' -%}
{{ days }}::bigint
{%- elif datepart == 'week' -%}
((date_trunc('week', {{ second }})::date - date_trunc('week', {{ first }})::date) / 7)::bigint
{%- elif datepart in ['hour', 'minute', 'second', 'millisecond', 'microsecond'] -%}
{%- set seconds = {'hour': '3600', 'minute': '60', 'second': '1', 'millisecond': '0.001', 'microsecond': '0.000001'}[datepart] -%}
{%- set unit = {'hour': 'hour', 'minute': 'minute', 'second': 'second', 'millisecond': 'milliseconds', 'microsecond': 'microseconds'}[datepart] -%}
(extract(epoch from date_trunc('{{ unit }}', {{ second }}) - date_trunc('{{ unit }}', {{ first }})) / {{ seconds }})::bigint
{%- else -%}
{{ exceptions.raise_compiler_error('datediff() does not know the date part ' ~ datepart) }}
{%- endif -%}
{%- endmacro %}
{% macro cast(expression, data_type) %}cast({{ expression }} as {{ data_type }}){% endmacro %}
{% macro safe_cast(expression, data_type) %}cast({{ expression }} as {{ data_type }}){% endmacro %}
{% macro concat(fields) %}{{ fields | join(' || ') }}{% endmacro %}
{% macro length(expression) %}length({{ expression }}){% endmacro %}
{% macro replace(field, old_chars, new_chars) %}replace({{ field }}, {{ old_chars }}, {{ new_chars }}){% endmacro %}
{% macro right(string_text, length_expression) %}right({{ string_text }}, {{ length_expression }}){% endmacro %}
{% macro position(substring_text, string_text) %}position({{ substring_text }} in {{ string_text }}){% endmacro %}
{% macro split_part(string_text, delimiter_text, part_number) %}split_part({{ string_text }}, {{ delimiter_text }}, {{ part_number }}){% endmacro %}
{% macro hash(field) %}md5(cast({{ field }} as text)){% endmacro %}
{% macro listagg(measure, delimiter_text="','", order_by_clause=none, limit_num=none) -%}
{%- set ordered = ' ' ~ order_by_clause if order_by_clause else '' -%}
{%- if limit_num -%}
array_to_string((array_agg({{ measure }}{{ ordered }}))[1:{{ limit_num }}], {{ delimiter_text }})
{%- else -%}
string_agg({{ measure }}, {{ delimiter_text }}{{ ordered }})
{%- endif -%}
{%- endmacro %}
{% macro any_value(expression) %}min({{ expression }}){% endmacro %}
{% macro bool_or(expression) %}bool_or({{ expression }}){% endmacro %}
{% macro cast_bool_to_text(field) %}cast({{ field }} as text){% endmacro %}
{% macro except() %}except{% endmacro %}
{% macro intersect() %}intersect{% endmacro %}
{% macro array_construct(inputs=[], data_type='integer') %}{% if inputs %}array[{{ inputs | join(', ') }}]{% else %}array[]::{{ data_type }}[]{% endif %}{% endmacro %}
{% macro array_append(array, new_element) %}array_append({{ array }}, {{ new_element }}){% endmacro %}
{% macro array_concat(array_1, array_2) %}array_cat({{ array_1 }}, {{ array_2 }}){% endmacro %}
{% macro generate_series(upper_bound) %}select generated_number from generate_series(1, {{ upper_bound }}) as series (generated_number){% endmacro %}
{% macro date_spine(datepart, start_date, end_date) %}
select day::timestamp as date_{{ datepart }}
from generate_series({{ start_date }}::timestamp, {{ end_date }}::timestamp - interval '1 microsecond', interval '1 {{ datepart }}') as series (day)
{% endmacro %}
{% macro get_columns_in_query(select_sql) -%}
{{ return(run_query('select * from (' ~ select_sql ~ ') as asked limit 0').column_names if execute else []) }}
{%- endmacro %}
{% macro load_cached_relation(relation) %}{{ return(adapter.load_relation(relation)) }}{% endmacro %}
{% macro load_relation(relation) %}{{ return(adapter.load_relation(relation)) }}{% endmacro %}
{% macro get_relation(relation) %}{{ return(adapter.load_relation(relation)) }}{% endmacro %}
