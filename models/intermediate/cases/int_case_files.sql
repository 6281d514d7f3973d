{{ config(materialized='table') }}

-- One row per landed file of cases.
{#- dbt must know that the sample seed or the landing source comes first -#}
{%- if var('raw_source') == 'landing' -%}
{%- set read_before = source('landing', 'cases') -%}
{%- endif %}
select
    load_id,
    folder_month,
    landed_month,
    row_count,
    file_hash
from ({{ landed_files('cases') }}) as landed_files
