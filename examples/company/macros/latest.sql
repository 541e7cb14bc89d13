{# The newest landed version of every record, without the deleted ones. A bronze table may hold a record once
   or, where history is kept, many times; a tombstone (`_ipai_op = 'd'`) hides everything before it. #}
{% macro latest(relation, key='id') -%}
(
    select *
    from (
        select distinct on ({{ key }}) *
        from {{ relation }}
        order by {{ key }}, _ipai_loaded_at desc, (_ipai_op = 'd') desc
    ) as newest
    where _ipai_op is distinct from 'd'
)
{%- endmacro %}
