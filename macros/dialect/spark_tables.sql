{# How dbt-spark makes tables, where it would make other ones than dbt-duckdb. #}

{% macro spark__get_empty_schema_sql(columns) %}
    select
        {%- for column in columns.values() %}
        cast(null as {{ sql_type(column.data_type) }}) as {{ column.name }}{{ ',' if not loop.last }}
        {%- endfor %}
{%- endmacro %}

{# A contract compares types without their precision, as on DuckDB ... #}
{% macro spark__format_column(column) %}
    {{ return({
        'name': column.name,
        'data_type': column.dtype,
        'formatted': column.column | lower ~ ' ' ~ column.dtype.split('(')[0],
    }) }}
{% endmacro %}

{# ... and a table has those of the contract. #}
{% macro spark__get_select_subquery(sql) %}
    select
        {%- for column in model.columns.values() %}
        cast({{ column.name }} as {{ sql_type(column.data_type) }}) as {{ column.name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        {{ sql }}
    ) as model_rows
{%- endmacro %}

{#
    A table is made empty and then filled: a run that is killed leaves a table that
    the next one drops, where `create table as` would leave files without a table.
    A Thrift server tells the types of a result by other names, hence `describe query`.
    Hive's catalogue holds 256 characters of a column's comment; one more and it tries
    again for 20 seconds before Spark stores the table in another way.
#}
{% macro spark__create_table_as(temporary, relation, compiled_code, language='sql') %}
    {%- if temporary -%}
        {{ create_temporary_view(relation, compiled_code) }}
    {%- else -%}
        {%- set is_contracted = config.get('contract').enforced -%}
        {%- if is_contracted -%}{{ get_assert_columns_equivalent(compiled_code) }}{%- endif -%}
        {%- set rows = get_select_subquery(compiled_code) if is_contracted else compiled_code -%}
        {%- set partition = config.get('partition_by') -%}
        {%- set columns = [] -%}
        {%- set names = [] -%}
        {%- for column in run_query('describe query ' ~ rows) -%}
            {%- set name = adapter.quote(column.col_name) -%}
            {%- set described = model.columns.get(column.col_name) if config.persist_column_docs() else none -%}
            {%- do columns.append(
                name ~ ' ' ~ column.data_type
                ~ (
                    ' comment ' ~ text_literal(described.description | truncate(256, true, '…', 0))
                    if described else ''
                )
            ) -%}
            {%- if column.col_name != partition -%}{%- do names.append(name) -%}{%- endif -%}
        {%- endfor -%}
        {%- do run_query(
            'create table ' ~ relation ~ ' (' ~ columns | join(', ') ~ ') using parquet '
            ~ partition_cols(label='partitioned by') ~ comment_clause()
        ) -%}
        insert overwrite table {{ relation }} {{ partition_cols(label='partition') }}
        select {{ (names + ([adapter.quote(partition)] if partition else [])) | join(', ') }}
        from (
            {{ rows }}
        ) as model_rows
    {%- endif -%}
{% endmacro %}

{# The rows that an incremental model adds. #}
{% macro spark__create_temporary_view(relation, compiled_code) %}
    create or replace temporary view {{ relation }} as
    {{ get_select_subquery(compiled_code) if config.get('contract').enforced else compiled_code }}
{%- endmacro %}

{# A seed as its file says it: texts with quotes, empty cells as NULL, and the place of each row. #}
{% macro spark__create_csv_table(model, agate_table) %}
    {%- set sql -%}
        create table {{ this }} (
            {%- for name in agate_table.column_names %}
            {{ name }} {{ seed_column_type(model, agate_table, name, loop.index0) }},
            {%- endfor %}
            seed_row_number bigint
        ) using parquet
    {%- endset -%}
    {%- call statement('_') %}{{ sql }}{% endcall -%}
    {{ return(sql) }}
{% endmacro %}

{% macro seed_column_type(model, agate_table, name, index) %}
    {{ return(sql_type(
        model.config.column_types.get(name, adapter.convert_type(agate_table, index)) | lower
    )) }}
{% endmacro %}

{% macro spark__load_csv_rows(model, agate_table) %}
    {%- set statements = [] -%}
    {%- set types = [] -%}
    {%- for name in agate_table.column_names -%}
        {%- do types.append(seed_column_type(model, agate_table, name, loop.index0)) -%}
    {%- endfor -%}
    {%- for chunk in agate_table.rows | batch(get_batch_size()) -%}
        {%- set first_row = loop.index0 * get_batch_size() -%}
        {%- set sql -%}
            insert into {{ this }}
            select
                {%- for name in agate_table.column_names %}
                cast({{ name }} as {{ types[loop.index0] }}),
                {%- endfor %}
                seed_row_number
            from values
            {% for row in chunk -%}
                (
                {%- for cell in row %}{{ text_literal(cell) }}, {% endfor -%}
                cast({{ first_row + loop.index }} as bigint)){{ ',' if not loop.last }}
            {% endfor -%}
            as seed_rows ({{ agate_table.column_names | join(', ') }}, seed_row_number)
        {%- endset -%}
        {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
        {%- do statements.append(sql) -%}
    {%- endfor -%}
    {{ return(statements[0]) }}
{% endmacro %}

{# A cell of a seed as a literal. #}
{% macro text_literal(cell) -%}
    {%- if cell is none -%}cast(null as string)
    {%- else -%}'{{ cell | string | replace('\\', '\\\\') | replace("'", "\\'") }}'
    {%- endif -%}
{%- endmacro %}
