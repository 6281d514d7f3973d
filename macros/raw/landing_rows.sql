{# The rows of a dataset's landing files; an empty relation of the contract's shape without any. #}
{% macro landing_rows(dataset) -%}
    {%- set contract = var('raw_contract')[dataset] -%}
    {%- set present = landing_columns(dataset) -%}
    {#- source() makes the dependency known; the file list is read below -#}
    {%- set landing_source = source('landing', dataset) -%}
    select
        {% if present -%}
        parse_filename(filename, true, 'forward_slash') as load_id,
        cast(file_row_number + 1 as bigint) as row_number,
        regexp_extract(filename, 'month=([^/]+)/[^/]+$', 1) as folder_month,
        {%- else -%}
        cast(null as varchar) as load_id,
        cast(null as bigint) as row_number,
        cast(null as varchar) as folder_month,
        {%- endif %}
        {%- for column, rule in contract.columns.items() %}
        {%- if column in present %}
        try_cast({{ column }} as {{ rule.type }}) as {{ column }},
        {%- else %}
        cast(null as {{ rule.type }}) as {{ column }},
        {%- endif %}
        {%- endfor %}
        {{ landing_unparsed(contract.columns, present) | indent(8) }} as unparsed
    {%- if present %}
    from read_parquet(
        '{{ landing_pattern(dataset) }}',
        union_by_name = true,
        filename = true,
        file_row_number = true,
        hive_partitioning = false
    )
    {%- else %}
    where false
    {%- endif %}
{%- endmacro %}

{# What ingest could not parse, else the numbers too large for the contract's type; NULL without any. #}
{% macro landing_unparsed(columns, present) -%}
    coalesce(
        {%- if 'unparsed' in present %}
        nullif(cast(unparsed as varchar), '{}'),
        {%- endif %}
        {%- for column, rule in columns.items()
            if column in present and (rule.type == 'integer' or rule.type.startswith('decimal')) %}
        case
            when {{ column }} is not null
                and try_cast({{ column }} as {{ rule.type }}) is null
                then {{ json_object_text([(column, 'cast(' ~ column ~ ' as varchar)')]) }}
        end,
        {%- endfor %}
        cast(null as varchar)
    )
{%- endmacro %}

{% macro landing_pattern(dataset) -%}
    {{ folder_in_pattern(env_var('GRID_LANDING_DIR', 'data/landing'), 'GRID_LANDING_DIR') }}/{{ dataset }}/month=*/*.parquet
{%- endmacro %}

{#
    The names of the columns that at least one landing file of the dataset has.
    Each file is checked by its own schema: a missing required column or a column
    of another type ends in a message that names dataset, file and column.
#}
{% macro landing_columns(dataset) %}
    {%- if not execute -%}{{ return([]) }}{%- endif -%}
    {%- set contract = var('raw_contract')[dataset] -%}
    {%- set pattern = landing_pattern(dataset) -%}
    {%- set files = run_query("select file from glob('" ~ pattern ~ "') order by file").columns[0].values() -%}
    {%- if not files -%}
        {%- if contract.must_have_rows | default(false) -%}
            {{ exceptions.raise_compiler_error(
                'dataset ' ~ dataset ~ ': no file matches ' ~ pattern
                ~ '; land at least one (grid ingest, grid synthesize) or set GRID_LANDING_DIR'
            ) }}
        {%- endif -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set found = run_query(
        "select file_name, name, duckdb_type from parquet_schema('" ~ pattern ~ "')"
        ~ " where duckdb_type is not null"
    ) -%}
    {%- set types = {} -%}
    {%- set present = [] -%}
    {%- for row in found.rows -%}
        {%- do types.update({(row[0], row[1]): row[2]}) -%}
        {%- if row[1] not in present -%}{%- do present.append(row[1]) -%}{%- endif -%}
    {%- endfor -%}
    {%- for file in files -%}
        {%- for column, rule in contract.columns.items() -%}
            {%- set type = types.get((file, column)) -%}
            {%- set place = 'dataset ' ~ dataset ~ ', file ' ~ file ~ ', column ' ~ column -%}
            {%- if type is none and not rule.optional | default(false) -%}
                {{ exceptions.raise_compiler_error(
                    place ~ ': the required column is missing; deliver it or withdraw the file'
                ) }}
            {%- elif type is not none
                and not is_landing_type(type, rule.type)
                and has_values(file, column) -%}
                {{ exceptions.raise_compiler_error(
                    place ~ ': its type is ' ~ type ~ ', expected ' ~ rule.type
                    ~ '; write the file with the types of the contract (grid ingest does)'
                ) }}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(present) }}
{% endmacro %}

{# Whether a column of a landing file holds any value: a column of NULLs fits every type. #}
{% macro has_values(file, column) %}
    {{ return(
        run_query(
            'select count(' ~ column ~ ") from read_parquet('" ~ file | replace("'", "''") ~ "')"
        ).columns[0].values()[0] > 0
    ) }}
{% endmacro %}

{# Whether a Parquet column of a type can carry a contract type without loss. #}
{% macro is_landing_type(type, contract_type) %}
    {%- set integers = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'UTINYINT', 'USMALLINT', 'UINTEGER'] -%}
    {%- set accepted = {
        'varchar': ['VARCHAR'],
        'integer': integers,
        'boolean': ['BOOLEAN'],
        'date': ['DATE'],
        'timestamp': ['TIMESTAMP', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP_NS'],
    } -%}
    {%- if type in ('NULL', '"NULL"') -%}{{ return(true) }}{%- endif -%}
    {%- if contract_type.startswith('decimal') -%}
        {%- set scale = contract_type.split(',')[1].strip(' )') | int -%}
        {%- if type.startswith('DECIMAL') -%}
            {{ return(type.split(',')[1].strip(' )') | int <= scale) }}
        {%- endif -%}
        {{ return(type in integers) }}
    {%- endif -%}
    {{ return(type in accepted[contract_type]) }}
{% endmacro %}
