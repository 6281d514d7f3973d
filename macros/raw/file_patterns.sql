{#
    A folder as the beginning of a pattern inside a SQL string: quotes are doubled, and what DuckDB
    takes for a wildcard stands for itself. A backslash, which DuckDB takes for a separator, is refused.
#}
{% macro folder_in_pattern(folder, variable) -%}
    {%- if '\\' in folder -%}
        {{ exceptions.raise_compiler_error(
            variable ~ ': the folder ' ~ folder ~ ' has a backslash in its name, which DuckDB reads'
            ~ ' as a separator; give it another name'
        ) }}
    {%- endif -%}
    {{ path_in_pattern(folder) }}
{%- endmacro %}

{# A path inside a SQL string where DuckDB takes a pattern: what is a wildcard there stands for itself. #}
{% macro path_in_pattern(path) -%}
    {{ path | replace("'", "''") | replace('[', '[[]') | replace('*', '[*]') | replace('?', '[?]') }}
{%- endmacro %}

{#
    The query of `dbt source freshness`: when the newest landing file of a dataset was written, by
    its modification time. load_ids are any text and updated_at has no zone; the time of the file is
    the time of the load. NULL without a file, after a line that says so.
#}
{% macro newest_load_query(dataset) %}{{ return(adapter.dispatch('newest_load_query', 'grid_assessment')(dataset)) }}{% endmacro %}
{% macro default__newest_load_query(dataset) -%}
    {%- set pattern = landing_pattern(dataset) -%}
    {%- set found = run_query("select count(*) from glob('" ~ pattern ~ "')").columns[0].values()[0] -%}
    {%- if found -%}
        select max(last_modified) from read_blob('{{ pattern }}')
    {%- else -%}
        {%- do log(
            'dataset ' ~ dataset ~ ': no data, no landing file under '
            ~ env_var('GRID_LANDING_DIR', 'data/landing'), info=true
        ) -%}
        select cast(null as timestamp with time zone)
    {%- endif -%}
{%- endmacro %}
