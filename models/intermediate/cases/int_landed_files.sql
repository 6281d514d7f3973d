{{ config(materialized='table') }}

-- One row per landed file of the datasets that are built by month.
{%- for dataset in datasets_by_month() %}
{%- if var('raw_source') == 'landing' %}
{#- dbt must know that the landing source comes first -#}
{%- set read_before = source('landing', dataset) %}
{%- endif %}
select
    '{{ dataset }}' as dataset,
    load_id,
    folder_month,
    landed_month,
    row_count,
    file_hash,
    lowest_key,
    highest_key
from ({{ landed_files(dataset) }}) as landed_files
{{ 'union all' if not loop.last }}
{%- endfor %}
