{#
    The rows of one reference file with the contract's types: the dbt seed in
    seed mode, the CSV file of GRID_REFERENCE_DIR in landing mode. Empty cells
    are NULL; columns beyond the contract are ignored.
#}
{% macro reference_rows(dataset) -%}
    {%- set columns = var('reference_contract')[dataset]['columns'] -%}
    {%- set landing = var('raw_source') == 'landing' -%}
    {%- if landing -%}{%- do check_reference_file(dataset) -%}{%- endif -%}
    select
        {%- for column, rule in columns.items() %}
        cast(nullif(trim({{ column }}), '') as {{ sql_type(rule.type) }}) as {{ column }}{{ ',' if not loop.last }}
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

{# A missing file or column ends in a message that names it. #}
{% macro check_reference_file(dataset) %}{{ return(adapter.dispatch('check_reference_file', 'grid_assessment')(dataset)) }}{% endmacro %}
{% macro default__check_reference_file(dataset) %}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- set path = reference_path(dataset) -%}
    {%- if not run_query("select file from glob('" ~ path ~ "')").rows -%}
        {{ exceptions.raise_compiler_error(
            'reference file ' ~ path ~ ' is missing; a city pack holds every file of the reference'
            ~ ' contract (set GRID_REFERENCE_DIR)'
        ) }}
    {%- endif -%}
    {%- set found = run_query(
        "select column_name from (describe select * from read_csv('" ~ path
        ~ "', header = true, all_varchar = true, delim = ',', quote = '\"'))"
    ).columns[0].values() -%}
    {%- for column in var('reference_contract')[dataset]['columns'] if column not in found -%}
        {{ exceptions.raise_compiler_error(
            'reference file ' ~ path ~ ': column ' ~ column ~ ' is missing; expected the columns '
            ~ var('reference_contract')[dataset]['columns'] | join(', ')
        ) }}
    {%- endfor -%}
{% endmacro %}
