{# Where nodes go and what they are called. The engine does the same by itself: these are for projects that call them. #}
{% macro generate_schema_name(custom_schema_name=none, node=none) -%}
{{ default__generate_schema_name(custom_schema_name, node) }}
{%- endmacro %}
{% macro default__generate_schema_name(custom_schema_name, node) -%}
{%- if custom_schema_name is none -%}{{ target.schema }}
{%- elif target.schema -%}{{ target.schema }}_{{ custom_schema_name | trim }}
{%- else -%}{{ custom_schema_name | trim }}
{%- endif -%}
{%- endmacro %}
{% macro generate_schema_name_for_env(custom_schema_name=none, node=none) -%}
{%- if target.name == 'prod' and custom_schema_name is not none -%}{{ custom_schema_name | trim }}
{%- else -%}{{ target.schema }}
{%- endif -%}
{%- endmacro %}
{% macro generate_alias_name(custom_alias_name=none, node=none) -%}
{%- if custom_alias_name -%}{{ custom_alias_name | trim }}{%- else -%}{{ node.name }}{%- endif -%}
{%- endmacro %}
{% macro default__generate_alias_name(custom_alias_name=none, node=none) -%}
{{ generate_alias_name(custom_alias_name, node) }}
{%- endmacro %}
{% macro should_store_failures() %}{{ return(false) }}{% endmacro %}
{% macro should_full_refresh() %}{{ return(flags.FULL_REFRESH) }}{% endmacro %}
