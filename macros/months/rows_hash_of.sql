{#
    A hash of the rows of a group of a model or seed, whatever their order: of all
    columns that its properties describe.
#}
{% macro rows_hash_of(name) -%}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- set cells = [] -%}
    {%- for node in graph.nodes.values() if node.name == name and node.resource_type in ('model', 'seed') -%}
        {%- for column in node.columns -%}
            {%- do cells.append("coalesce(cast(" ~ column ~ " as string), chr(30))") -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ unordered_hash('concat_ws(chr(31), ' ~ cells | join(', ') ~ ')') }}
{%- endmacro %}
