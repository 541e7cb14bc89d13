package ai.ipai.pipelines.run;

import ai.ipai.pipelines.ProjectFolder;
import java.nio.file.Path;

/** A small project in dbt's ways, with a package, older names of folders and templates in YAML. */
record ForeignProject(Path folder) {
  ProjectFolder write() {
    return ProjectFolder.shop(folder)
        .file(
            "dbt_project.yml",
            """
            name: inn
            version: "1.0"
            source-paths: [models]
            data-paths: [data]
            models:
              inn:
                +materialized: table
                marts: {+schema: marts}
            seeds:
              inn:
                +schema: raw
                +quote_columns: false
                +enabled: "{{ var('with_seeds', false) }}"
            """)
        .file("packages.yml", "packages:\n  - local: tools\n")
        .file("tools/dbt_project.yml", "name: tools\nversion: \"1.0\"\n")
        .file(
            "tools/macros/tools.sql",
            """
            {% macro columns_of(relation, except=none) %}
              {%- if not (relation is mapping and relation.get('metadata', {}).get('type', '').endswith('Relation')) -%}
                {%- do exceptions.raise_compiler_error('no relation: ' ~ relation) -%}
              {%- endif -%}
              {%- set names = [] -%}
              {%- for column in adapter.get_columns_in_relation(relation) if column.name not in except | map('lower') -%}
                {%- do names.append(column.quoted ~ (' /* ' ~ column.string_size() ~ ' */' if column.is_string() else '')) -%}
              {%- endfor -%}
              {{ return(names | join(', ') if execute else '*') }}
            {% endmacro %}
            {% test same_columns(model, other) %}
              {%- set mine = set(adapter.get_columns_in_relation(model) | map(attribute='name')) -%}
              {%- set theirs = set(['guests', 'room']) -%}
              {%- if execute and mine != theirs -%}
                {%- do exceptions.raise_compiler_error(mine ~ ' is not ' ~ theirs) -%}
              {%- endif -%}
              select 1 from {{ other }} where false
            {% endtest %}
            """)
        .file("data/guests.csv", "Guest_ID,Name,ROOM\n1,\"Ada, the first\",7\n\n2,null,7\n3,Cy\n")
        .file(
            "models/stays.sql",
            "select {{ tools.columns_of(ref('late')) }} from {{ source('front_desk', 'guests') }}")
        .file(
            "models/late.sql",
            "{{ config(materialized='view') }} select * from {{ source('front_desk', 'guests') }}")
        .file(
            "models/marts/by_room.sql",
            "select room, count(*)::bigint as guests from {{ ref('stays') }} where room is not null group by room")
        .file(
            "models/schema.yml",
            """
            sources:
              - name: front_desk
                schema: "{{ 'r' ~ 'aw' }}"
                tables: [{name: guests}]
            models:
              - name: gone
              - name: by_room
                data_tests:
                  - tools.same_columns: {other: ref('late')}
            """)
        .file(
            "tests/results_are_dictionaries.sql",
            """
            -- {{ ref('by_room') }}
            {% if execute %}
            {% set found = run_query('select room, guests from ' ~ ref('by_room')).columns %}
            {% for name, column in found.items() %}
              {% if column.values() | length > 1 %} select 1 {{ 'union all' if not loop.last }}
              {% else %} select 1 where false {{ 'union all' if not loop.last }} {% endif %}
            {% endfor %}
            {% else %} select 1 {% endif %}
            """);
  }
}
