{# A model's schema is a layer and a domain (silver_erp, gold_finance). It is used as written, never prefixed
   with the target's schema, so that the names in policies and dashboards hold on every target. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- if custom_schema_name is none -%}{{ target.schema }}{%- else -%}{{ custom_schema_name | trim }}{%- endif -%}
{%- endmacro %}
