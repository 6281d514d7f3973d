{#
    The rows of one raw dataset as they landed: load_id, row_number,
    folder_month (YYYY-MM, `none` in seed mode), landed_month (the folder's, in seed
    mode the row's own, `none` where it cannot be read) and landed_date (its first day,
    NULL where it is no month), the contract's columns with the
    contract's types, `unparsed` (NULL unless a cell is not of its type; in landing
    mode JSON of such cells) and, in seed mode, raw_row. Staging models do not know which source they read.
#}
{% macro raw_rows(dataset) %}
    {%- if var('raw_source') == 'landing' -%}
        {{ landing_rows(dataset) }}
    {%- else -%}
        {{ seed_rows(dataset) }}
    {%- endif -%}
{% endmacro %}

{% macro seed_rows(dataset) -%}
    {%- set columns = var('raw_contract')[dataset]['columns'] -%}
    {%- set month_of = var('raw_contract')[dataset]['month_of'] -%}
    {%- set present = seed_columns(dataset) -%}
    {%- set pairs = [] -%}
    {%- for column in columns -%}
        {%- do pairs.append((
            column,
            "nullif(" ~ column ~ ", '')" if column in present else 'cast(null as string)'
        )) -%}
    {%- endfor -%}
    select
        load_id,
        {{ seed_row_number() }} as row_number,
        'none' as folder_month,
        {%- set month_value = parsed_text("nullif(" ~ month_of ~ ", '')", columns[month_of].type) %}
        coalesce(
            substring(cast({{ month_value }} as string), 1, 7), 'none'
        ) as landed_month,
        {{ first_of_month(month_value) }} as landed_date,
        {%- for column, text in pairs %}
        {{ parsed_text(text, columns[column].type) }} as {{ column }},
        {%- endfor %}
        {{ unparsed_cells(columns, present) }} as unparsed,
        {{ json_object_text(pairs) | indent(8) }} as raw_row
    from {{ ref(dataset) }}
{%- endmacro %}

{#
    The contract's columns that the seed has. A missing required column ends in a
    message that names it. Where no table is behind the seed (before a run, in a
    unit test) every column counts as there.
#}
{% macro seed_columns(dataset, contract='raw') %}
    {%- set columns = var(contract ~ '_contract')[dataset]['columns'] -%}
    {%- set found = [] -%}
    {%- if execute and not ref(dataset).is_cte -%}
        {%- for column in adapter.get_columns_in_relation(ref(dataset)) -%}
            {%- do found.append(column.name) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if not found -%}{{ return(columns.keys() | list) }}{%- endif -%}
    {%- for column, rule in columns.items() if column not in found and not rule.optional -%}
        {{ exceptions.raise_compiler_error(
            'dataset ' ~ dataset ~ ', file seeds/' ~ contract ~ '/' ~ dataset ~ '.csv, column ' ~ column
            ~ ': the required column is missing; deliver it'
        ) }}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}

{# The text as a typed value; NULL where it is not exactly of the contract's form. #}
{% macro parsed_text(text, type) -%}
    {%- if type == 'varchar' -%}
        {{ text }}
    {%- else -%}
        case
            when {{ matches_whole(text, text_pattern(type)) }}
                then try_cast({{ text }} as {{ type }})
        end
    {%- endif -%}
{%- endmacro %}

{# The form of a value in text. A decimal with more digits than its type is not rounded but refused. #}
{% macro text_pattern(type) %}
    {%- if type.startswith('decimal') -%}
        {%- set scale = type.split(',')[1].strip(' )') -%}
        {{ return('[+-]?[0-9]+(\\.[0-9]{1,' ~ scale ~ '}0*)?') }}
    {%- endif -%}
    {{ return({
        'integer': '[+-]?[0-9]+',
        'boolean': '(?i)(true|false|t|f|yes|no|y|n|1|0)',
        'date': '[0-9]{4}-[0-9]{2}-[0-9]{2}',
        'timestamp': '[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,6})?)?)?',
    }[type]) }}
{% endmacro %}

{# Name and text of the cells of a seed row that are not of their column's type; NULL without any. #}
{% macro unparsed_cells(columns, present) -%}
    nullif(
        concat(
            {%- for column, rule in columns.items() if column in present and rule.type != 'varchar' %}
            case
                when nullif({{ column }}, '') is not null
                    and {{ parsed_text(column, rule.type) }} is null
                    then concat(chr(31), '{{ column }}=', {{ column }})
                else ''
            end,
            {%- endfor %}
            ''
        ),
        ''
    )
{%- endmacro %}

{% macro seed_row_number() %}{{ return(adapter.dispatch('seed_row_number', 'grid_assessment')()) }}{% endmacro %}
{% macro default__seed_row_number() %}cast(row_number() over (partition by load_id order by rowid) as bigint){% endmacro %}
