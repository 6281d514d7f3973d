{#
    The rows of one reference file with the contract's types: the dbt seed in
    seed mode, the CSV file of GRID_REFERENCE_DIR in landing mode. Empty cells
    are NULL, and so is an optional column that is not there; columns beyond the
    contract are ignored.
#}
{% macro reference_rows(dataset) -%}
    {%- set columns = var('reference_contract')[dataset]['columns'] -%}
    {%- set landing = var('raw_source') == 'landing' -%}
    {%- set present = reference_columns(dataset) if landing else seed_columns(dataset, 'reference') -%}
    select
        {%- for column, rule in columns.items() %}
        {%- set text = "nullif(trim(" ~ column ~ "), '')" if column in present else 'null' %}
        cast({{ text }} as {{ sql_type(rule.type) }}) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    {%- if landing %}
    from {{ reference_table(dataset) }}
    {%- else %}
    from {{ ref(dataset) }}
    {%- endif %}
{%- endmacro %}

{# The cells of a reference file as texts. #}
{% macro reference_table(dataset) %}{{ return(adapter.dispatch('reference_table', 'grid_assessment')(dataset)) }}{% endmacro %}
{% macro default__reference_table(dataset) -%}
    read_csv('{{ reference_path(dataset) }}', header = true, all_varchar = true, delim = ',', quote = '"')
{%- endmacro %}

{% macro reference_path(dataset) -%}
    {{ folder_in_pattern(env_var('GRID_REFERENCE_DIR', 'seeds/reference'), 'GRID_REFERENCE_DIR') }}/{{ dataset }}.csv
{%- endmacro %}

{# The names of a reference file's columns; a missing file or column ends in a message that names it. #}
{% macro reference_columns(dataset) %}{{ return(adapter.dispatch('reference_columns', 'grid_assessment')(dataset)) }}{% endmacro %}
{% macro default__reference_columns(dataset) %}
    {%- if not execute -%}{{ return(var('reference_contract')[dataset]['columns'].keys() | list) }}{%- endif -%}
    {%- set path = reference_path(dataset) -%}
    {%- if not run_query("select file from glob('" ~ path ~ "')").rows -%}
        {%- do missing_reference_file(path) -%}
    {%- endif -%}
    {%- set found = run_query(
        'select column_name from (describe select * from ' ~ reference_table(dataset) ~ ')'
    ).columns[0].values() -%}
    {%- do check_reference_columns(dataset, path, found) -%}
    {{ return(found) }}
{% endmacro %}

{% macro missing_reference_file(path) %}
    {{ exceptions.raise_compiler_error(
        'reference file ' ~ path ~ ' is missing; a city pack holds every file of the reference'
        ~ ' contract (set GRID_REFERENCE_DIR)'
    ) }}
{% endmacro %}

{# Every column of the contract that is not optional is among those found. #}
{% macro check_reference_columns(dataset, path, found) %}
    {%- set columns = var('reference_contract')[dataset]['columns'] -%}
    {%- for column, rule in columns.items() if column not in found and not rule.optional | default(false) -%}
        {{ exceptions.raise_compiler_error(
            'reference file ' ~ path ~ ': column ' ~ column ~ ' is missing; expected the columns '
            ~ columns | join(', ')
        ) }}
    {%- endfor -%}
{% endmacro %}
