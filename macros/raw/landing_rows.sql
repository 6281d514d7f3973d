{# The rows of a dataset's landing files; an empty relation of the contract's shape without any. #}
{% macro landing_rows(dataset) -%}
    {%- set columns = var('raw_contract')[dataset].columns -%}
    {%- set is_landed = has_landing_files(dataset) -%}
    {#- source() makes the dependency known; the file list is read below -#}
    {%- set landing_source = source('landing', dataset) -%}
    select
        {% if is_landed -%}
        {{ file_stem('filename') }} as load_id,
        cast(file_row_number + 1 as bigint) as row_number,
        {{ folder_month('filename') }} as folder_month,
        {{ folder_month('filename') }} as landed_month,
        {#- made from the file's name in one step: only so a filter on it spares files -#}
        {{ month_as_date(folder_month('filename')) | indent(8) }} as landed_date,
        {%- for column, rule in columns.items() %}
        try_cast({{ column }} as {{ sql_type(rule.type) }}) as {{ column }},
        {%- endfor %}
        {{ landing_unparsed(columns) | indent(8) }} as unparsed
    from {{ landing_table(dataset) }}
        {%- else -%}
        cast(null as string) as load_id,
        cast(null as bigint) as row_number,
        cast(null as string) as folder_month,
        cast(null as string) as landed_month,
        cast(null as date) as landed_date,
        {%- for column, rule in columns.items() %}
        cast(null as {{ sql_type(rule.type) }}) as {{ column }},
        {%- endfor %}
        cast(null as string) as unparsed
    where false
        {%- endif %}
{%- endmacro %}

{# What ingest could not parse, else the numbers too large for the contract's type; NULL without any. #}
{% macro landing_unparsed(columns) -%}
    coalesce(
        nullif(unparsed, '{}'),
        {%- for column, rule in columns.items() if rule.type == 'integer' or rule.type.startswith('decimal') %}
        case
            when {{ column }} is not null
                and try_cast({{ column }} as {{ rule.type }}) is null
                then {{ json_object_text([(column, 'cast(' ~ column ~ ' as string)')]) }}
        end,
        {%- endfor %}
        cast(null as string)
    )
{%- endmacro %}

{% macro landing_pattern(dataset) -%}
    {{ folder_in_pattern(env_var('GRID_LANDING_DIR', 'data/landing'), 'GRID_LANDING_DIR') }}/{{ dataset }}/month=*/*.parquet
{%- endmacro %}

{#
    The cells of a dataset's landing files by the columns of the contract and
    `unparsed`, with filename and file_row_number. A column that a file lacks is NULL,
    and one beyond the contract is not read, whatever its name.
#}
{% macro landing_table(dataset) %}{{ return(adapter.dispatch('landing_table', 'grid_assessment')(dataset)) }}{% endmacro %}
{% macro default__landing_table(dataset) -%}
    {%- set columns = [] -%}
    {%- for column, type in landing_types(dataset).items() -%}
        {%- do columns.append("'" ~ column ~ "': {name: '" ~ column ~ "', type: '" ~ type ~ "', default_value: null}") -%}
    {%- endfor -%}
    read_parquet(
        '{{ landing_pattern(dataset) }}',
        schema = map {{ '{' ~ columns | join(', ') ~ '}' }},
        filename = 'filename',
        hive_partitioning = false
    )
{%- endmacro %}

{#
    The columns in which landing files are read, with the type that holds every value
    of one: numbers too large for the contract are told apart later.
#}
{% macro landing_types(dataset) %}
    {%- set types = {} -%}
    {%- for column, rule in var('raw_contract')[dataset].columns.items() -%}
        {%- if rule.type.startswith('decimal') -%}
            {%- do types.update({column: 'decimal(38,' ~ rule.type.split(',')[1]}) -%}
        {%- else -%}
            {%- do types.update({column: 'bigint' if rule.type == 'integer' else sql_type(rule.type)}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do types.update({'unparsed': sql_type('varchar')}) -%}
    {{ return(types) }}
{% endmacro %}

{# The name of a file without folder and ending. #}
{% macro file_stem(path) %}{{ return(adapter.dispatch('file_stem', 'grid_assessment')(path)) }}{% endmacro %}
{% macro default__file_stem(path) %}parse_filename({{ path }}, true, 'forward_slash'){% endmacro %}

{# The month in a landing file's folder, as text. #}
{% macro folder_month(path) -%}
    regexp_extract({{ path }}, 'month=([^/]+)/[^/]+$', 1)
{%- endmacro %}

{#
    Whether a dataset has any landing file, as they are when a run first asks
    (`graph` lasts as long as a run).
#}
{% macro has_landing_files(dataset) %}{{ return(adapter.dispatch('has_landing_files', 'grid_assessment')(dataset)) }}{% endmacro %}
{% macro default__has_landing_files(dataset) %}
    {%- if not execute -%}{{ return(false) }}{%- endif -%}
    {%- set known = graph.setdefault('has_landing_files', {}) -%}
    {%- if dataset not in known -%}{%- do known.update({dataset: check_landing_files(dataset)}) -%}{%- endif -%}
    {{ return(known[dataset]) }}
{% endmacro %}

{#
    The same, read from the files, each of which is checked by its own schema: a
    missing required column or a column of another type ends in a message that names
    dataset, file and column. The files are looked at by column and type and not one
    by one: their number grows.
#}
{% macro check_landing_files(dataset) %}
    {%- set contract = var('raw_contract')[dataset] -%}
    {%- set pattern = landing_pattern(dataset) -%}
    {%- set file_count = run_query("select count(*) from glob('" ~ pattern ~ "')").columns[0].values()[0] -%}
    {%- if file_count == 0 -%}
        {%- if contract.must_have_rows | default(false) -%}
            {{ exceptions.raise_compiler_error(
                'dataset ' ~ dataset ~ ': no file matches ' ~ pattern
                ~ '; land at least one (grid ingest, grid synthesize) or set GRID_LANDING_DIR'
            ) }}
        {%- endif -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set schemas = '(' ~ columns_of_files(pattern) ~ ')' -%}
    {%- set found = run_query('select name, type, count(*) from ' ~ schemas ~ ' group by name, type') -%}
    {%- set counts = {} -%}
    {%- for row in found.rows -%}
        {%- set column = row[0] -%}
        {%- do counts.update({column: counts.get(column, 0) + row[2]}) -%}
        {%- if column in contract.columns and not is_landing_type(row[1], contract.columns[column].type) -%}
            {%- do check_empty_column(dataset, column, row[1], schemas) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for column, rule in contract.columns.items()
        if not rule.optional | default(false) and counts.get(column, 0) < file_count -%}
        {{ exceptions.raise_compiler_error(
            'dataset ' ~ dataset ~ ', file ' ~ run_query(
                "select min(file) from glob('" ~ pattern ~ "') where file not in (select file_name from "
                ~ schemas ~ " where name = '" ~ column ~ "')"
            ).columns[0].values()[0]
            ~ ', column ' ~ column ~ ': the required column is missing; deliver it or withdraw the file'
        ) }}
    {%- endfor -%}
    {{ return(true) }}
{% endmacro %}

{#
    The columns of Parquet files with their types, as a query; `nested` is one of
    several fields. parquet_schema lists a file's root, then each column followed by
    its fields: a column stands where all nodes before it are complete, so where fewer
    children are to come than at any node before.
#}
{% macro columns_of_files(pattern) -%}
    select file_name, name, coalesce(duckdb_type, 'nested') as type
    from (
        select
            *,
            min(children_to_come) over (
                partition by file_name order by column_id rows between unbounded preceding and 2 preceding
            ) as fewest_before,
            lag(children_to_come) over (partition by file_name order by column_id) as fewest_now
        from (
            select
                *,
                sum(coalesce(num_children, 0) - 1) over (
                    partition by file_name order by column_id
                ) as children_to_come
            from parquet_schema('{{ pattern }}')
        )
    )
    where column_id = 1 or fewest_now < fewest_before
{%- endmacro %}

{# A column of a wrong type is an error unless it holds no value in any file where it has that type. #}
{% macro check_empty_column(dataset, column, type, schemas) %}
    {%- set files = run_query(
        "select file_name from " ~ schemas ~ " where name = '" ~ column ~ "' and type = '"
        ~ type | replace("'", "''") ~ "' order by file_name"
    ).columns[0].values() -%}
    {%- for file in files if type == 'nested' or has_values(file, column) -%}
        {{ exceptions.raise_compiler_error(
            'dataset ' ~ dataset ~ ', file ' ~ file ~ ', column ' ~ column ~ ': its type is ' ~ type
            ~ ', expected ' ~ var('raw_contract')[dataset].columns[column].type
            ~ '; write the file with the types of the contract (grid ingest does)'
        ) }}
    {%- endfor -%}
{% endmacro %}

{# Whether a column of a landing file holds any value: a column of NULLs fits every type. #}
{% macro has_values(file, column) %}
    {{ return(
        run_query(
            'select count(' ~ column ~ ") from read_parquet('" ~ path_in_pattern(file) ~ "')"
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
