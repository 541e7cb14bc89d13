{# Text as people read it: Unicode in its composed form (NFC), so that two spellings of é compare equal;
   control characters and runs of white space become one space; no padding; empty is null. #}
{% macro clean_text(column) -%}
nullif(btrim(regexp_replace(normalize({{ column }}, NFC), '[[:cntrl:][:space:]]+', ' ', 'g')), '')
{%- endmacro %}

{# The words of an HTML fragment, for reading and for embedding; nothing that a browser would run survives. #}
{% macro plain_text(column) -%}
nullif(btrim(regexp_replace(
    replace(replace(replace(replace(replace(replace(
        regexp_replace(normalize({{ column }}, NFC), '<[^>]*>', ' ', 'g'),
        '&nbsp;', ' '), '&lt;', '<'), '&gt;', '>'), '&quot;', '"'), '&#39;', ''''), '&amp;', '&'),
    '[[:cntrl:][:space:]]+', ' ', 'g')), '')
{%- endmacro %}
