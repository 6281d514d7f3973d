{{ config(materialized='ephemeral') }}

-- One row per dataset, load and state of its landed rows.
{% for dataset in var('raw_contract') %}
select
    '{{ dataset }}' as dataset,
    load_id,
    row_status_code,
    cast(count(*) as bigint) as row_count
from {{ ref('stg_' ~ dataset) }}
group by load_id, row_status_code
{{ 'union all' if not loop.last }}
{% endfor %}
