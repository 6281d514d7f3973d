{#
    What `grid build` keeps beside the warehouse: a JSON file for each build, with the columns of the mart
    `builds`. Nothing of it is needed: where there is none, the relation is empty.
#}
{% macro build_records() -%}
    {%- set columns = {
        'build_id': 'varchar',
        'raw_source': 'varchar',
        'status_code': 'varchar',
        'rebuilt_months': 'varchar',
        'removed_months': 'varchar',
        'message': 'varchar',
        'month_count': 'bigint',
        'rebuilt_month_count': 'bigint',
        'landed_count': 'bigint',
        'accepted_count': 'bigint',
        'superseded_count': 'bigint',
        'rejected_count': 'bigint',
        'passed_test_count': 'bigint',
        'failed_test_count': 'bigint',
        'warned_test_count': 'bigint',
        'met_expectation_count': 'bigint',
        'failed_expectation_count': 'bigint',
        'warned_expectation_count': 'bigint',
        'is_full_refresh': 'boolean',
        'started_at': 'timestamp',
        'finished_at': 'timestamp'
    } -%}
    {{ return(adapter.dispatch('json_rows', 'grid_assessment')(
        warehouse_path() ~ '/builds/' ~ var('raw_source') ~ '/*.json', columns
    )) }}
{%- endmacro %}

{# The build that the published version now is of: one row, or none before the first. #}
{% macro current_version() -%}
    {%- set published = 'published' if var('raw_source') == 'landing' else 'published-sample' -%}
    {{ return(adapter.dispatch('json_rows', 'grid_assessment')(
        warehouse_path() ~ '/' ~ published ~ '/current/manifest.json', {'build_id': 'varchar'}
    )) }}
{%- endmacro %}

{% macro warehouse_path() -%}
    {{ return(env_var('GRID_WAREHOUSE_DIR', 'warehouse') | replace("'", "''")) }}
{%- endmacro %}

{# A subquery of the objects in JSON files, of one object each; empty without a file. #}
{% macro default__json_rows(pattern, columns) -%}
    {%- set files = [] -%}
    {%- if execute -%}
        {%- set files = run_query("select file from glob('" ~ pattern ~ "')").columns[0].values() -%}
    {%- endif -%}
    (
        select
            {%- for name, type in columns.items() %}
            {{ name if files else 'cast(null as ' ~ type ~ ') as ' ~ name }}{{ ',' if not loop.last }}
            {%- endfor %}
        {%- if files %}
        from read_json('{{ pattern }}', columns = {{ columns }})
        {%- else %}
        where false
        {%- endif %}
    )
{%- endmacro %}
