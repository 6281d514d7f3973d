{#
    Files on Spark. A run begins with external tables over the landing and the
    reference files, in the schemas `landing` and `landing_reference`: a column that
    a file lacks is NULL in them, and a view may read them.
#}

{# on-run-start, where the landing is read: the files are looked at once, and checked. #}
{% macro prepare_files() %}
    {%- if execute and var('raw_source') == 'landing' and flags.WHICH in ('build', 'run', 'test') -%}
        {%- do adapter.dispatch('prepare_files', 'grid_assessment')() -%}
    {%- endif -%}
{% endmacro %}

{# DuckDB reads the files where they are named. #}
{% macro default__prepare_files() %}{% endmacro %}

{% macro spark__prepare_files() %}
    {%- set landing = landing_folder('GRID_LANDING_DIR', 'data/landing') -%}
    {%- do list_files('landing_files', landing, '*.parquet') -%}
    {%- do adapter.create_schema(landing_relation('cases')) -%}
    {%- for dataset in var('raw_contract') -%}
        {%- do create_landing_table(dataset, landing) -%}
    {%- endfor -%}
    {%- set reference = landing_folder('GRID_REFERENCE_DIR', 'seeds/reference') -%}
    {%- do list_files('reference_files', reference, '*.csv') -%}
    {%- do adapter.create_schema(reference_relation('districts')) -%}
    {%- for dataset in var('reference_contract') -%}
        {%- do create_reference_table(dataset, reference) -%}
    {%- endfor -%}
{% endmacro %}

{% macro landing_relation(dataset) %}
    {{ return(api.Relation.create(schema='landing', identifier=dataset)) }}
{% endmacro %}

{% macro reference_relation(dataset) %}
    {{ return(api.Relation.create(schema='landing_reference', identifier=dataset)) }}
{% endmacro %}

{# A folder of files; a character that Spark reads as a part of a pattern is refused. #}
{% macro landing_folder(variable, default) %}
    {%- set folder = env_var(variable, default) -%}
    {%- if modules.re.search('[\\\\*?\\[\\]{}]', folder) -%}
        {{ exceptions.raise_compiler_error(
            variable ~ ': the folder ' ~ folder ~ ' has a character in its name that Spark reads as'
            ~ ' a pattern; give it another name'
        ) }}
    {%- endif -%}
    {{ return(folder) }}
{% endmacro %}

{# A view of the files under a folder: path, modificationTime and length. #}
{% macro list_files(name, folder, ending) %}
    {%- do run_query(
        'create or replace temporary view ' ~ name ~ ' using binaryFile options (path '
        ~ text_literal(folder) ~ ", recursiveFileLookup 'true', pathGlobFilter '" ~ ending ~ "')"
    ) -%}
{% endmacro %}

{# The external table of a dataset, which is not there when it has no file. #}
{% macro create_landing_table(dataset, folder) %}
    {%- set contract = var('raw_contract')[dataset] -%}
    {%- set relation = landing_relation(dataset) -%}
    {%- set files = column_of(
        "select path from landing_files where path rlike r'/" ~ dataset ~ "/month=[^/]+/[^/]+\\z' order by path"
    ) -%}
    {%- do run_query('drop table if exists ' ~ relation) -%}
    {%- if not files and contract.must_have_rows | default(false) -%}
        {{ exceptions.raise_compiler_error(
            'dataset ' ~ dataset ~ ': no file matches ' ~ folder ~ '/' ~ dataset
            ~ '/month=*/*.parquet; land at least one (grid ingest, grid synthesize) or set GRID_LANDING_DIR'
        ) }}
    {%- endif -%}
    {%- if files -%}
        {%- for file in files -%}{%- do check_landing_file(dataset, file) -%}{%- endfor -%}
        {%- set columns = [] -%}
        {%- for column, type in landing_types(dataset).items() -%}
            {%- do columns.append(column ~ ' ' ~ type) -%}
        {%- endfor -%}
        {%- do run_query(
            'create table ' ~ relation ~ ' (' ~ columns | join(', ') ~ ') using parquet options (path '
            ~ text_literal(modules.re.sub('/month=[^/]+/[^/]+$', '/month=*/*.parquet', files[0])) ~ ')'
        ) -%}
    {%- endif -%}
{% endmacro %}

{# A missing required column or a column of another type ends in a message that names dataset, file and column. #}
{% macro check_landing_file(dataset, file) %}
    {%- set types = {} -%}
    {%- for row in run_query('describe select * from parquet.`' ~ file | replace('`', '``') ~ '`').rows -%}
        {%- do types.update({row[0]: row[1]}) -%}
    {%- endfor -%}
    {%- for column, rule in var('raw_contract')[dataset].columns.items() -%}
        {%- if column not in types -%}
            {%- if not rule.optional | default(false) -%}
                {{ exceptions.raise_compiler_error(
                    'dataset ' ~ dataset ~ ', file ' ~ file ~ ', column ' ~ column
                    ~ ': the required column is missing; deliver it or withdraw the file'
                ) }}
            {%- endif -%}
        {%- elif not is_landing_type(duckdb_type(types[column]), rule.type) -%}
            {{ exceptions.raise_compiler_error(
                'dataset ' ~ dataset ~ ', file ' ~ file ~ ', column ' ~ column ~ ': its type is '
                ~ types[column] ~ ', expected ' ~ rule.type
                ~ '; write the file with the types of the contract (grid ingest does)'
            ) }}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}

{# DuckDB's name of a type of Spark, in which the contract's types are told. #}
{% macro duckdb_type(type) %}
    {{ return({
        'string': 'VARCHAR',
        'int': 'INTEGER',
        'timestamp_ntz': 'TIMESTAMP',
        'void': 'NULL',
    }.get(type, type | upper)) }}
{% endmacro %}

{# An external table is made where there is a file. #}
{% macro spark__has_landing_files(dataset) %}
    {{ return(execute and load_relation(landing_relation(dataset)) is not none) }}
{% endmacro %}

{# The path of the file that a row is read from, as it is on disk. #}
{% macro row_file() %}url_decode(replace(_metadata.file_path, '+', '%2B')){% endmacro %}

{% macro spark__landing_table(dataset) -%}
    (
        select
            *,
            {{ row_file() }} as filename,
            _metadata.row_index as file_row_number
        from {{ landing_relation(dataset) }}
    ) as landing_files
{%- endmacro %}

{% macro spark__file_stem(path) %}regexp_extract({{ path }}, r'([^/]+)\.[^./]*$', 1){% endmacro %}

{% macro spark__landing_files(dataset) -%}
    {%- set is_landed = has_landing_files(dataset) -%}
    select
        {{ file_stem('file_name') if is_landed else 'cast(null as string)' }} as load_id,
        {{ folder_month('file_name') if is_landed else 'cast(null as string)' }} as folder_month,
        {{ folder_month('file_name') if is_landed else 'cast(null as string)' }} as landed_month,
        {{ 'row_count' if is_landed else 'cast(null as bigint)' }} as row_count,
        {{ "md5(concat_ws('|', file_size, changed_at))" if is_landed else 'cast(null as string)' }} as file_hash,
        cast(null as string) as lowest_key,
        cast(null as string) as highest_key
    {%- if is_landed %}
    from (
        select
            {{ row_file() }} as file_name,
            _metadata.file_size as file_size,
            unix_micros(_metadata.file_modification_time) as changed_at,
            count(*) as row_count
        from {{ landing_relation(dataset) }}
        group by 1, 2, 3
    ) as files
    {%- else %}
    where false
    {%- endif %}
{%- endmacro %}

{% macro create_reference_table(dataset, folder) %}
    {%- set relation = reference_relation(dataset) -%}
    {%- set path = folder ~ '/' ~ dataset ~ '.csv' -%}
    {%- set found = column_of("select path from reference_files where path like '%/" ~ dataset ~ ".csv'") -%}
    {%- do run_query('drop table if exists ' ~ relation) -%}
    {%- if not found -%}{%- do missing_reference_file(path) -%}{%- endif -%}
    {%- do run_query(
        'create table ' ~ relation ~ ' using csv options (path ' ~ text_literal(found[0])
        ~ ", header 'true', quote '\"', escape '\"', multiLine 'true')"
    ) -%}
    {%- set columns = adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
    {%- do check_reference_columns(dataset, path, columns) -%}
{% endmacro %}

{# Of the external table, which prepare_files has checked. #}
{% macro spark__reference_columns(dataset) %}
    {%- if not execute or not load_relation(reference_relation(dataset)) -%}
        {{ return(var('reference_contract')[dataset]['columns'].keys() | list) }}
    {%- endif -%}
    {{ return(adapter.get_columns_in_relation(reference_relation(dataset)) | map(attribute='name') | list) }}
{% endmacro %}

{% macro spark__reference_table(dataset) %}{{ reference_relation(dataset) }}{% endmacro %}

{% macro spark__newest_load_query(dataset) -%}
    {%- do list_files('landing_files', landing_folder('GRID_LANDING_DIR', 'data/landing'), '*.parquet') -%}
    select max(modificationTime)
    from landing_files
    where path rlike r'/{{ dataset }}/month=[^/]+/[^/]+\z'
{%- endmacro %}

{# Records of `grid build`, which runs on DuckDB: there are none on Spark. #}
{% macro spark__json_rows(pattern, columns) -%}
    (
        select
            {%- for name, type in columns.items() %}
            cast(null as {{ sql_type(type) }}) as {{ name }}{{ ',' if not loop.last }}
            {%- endfor %}
        where false
    )
{%- endmacro %}
