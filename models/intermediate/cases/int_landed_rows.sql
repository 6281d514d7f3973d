{{ config(materialized='ephemeral') }}

-- One row per dataset, load and state of its landed rows.
with

case_loads as (select * from {{ ref('int_case_loads') }})

{% for row_status_code in ['accepted', 'superseded', 'rejected'] %}
select
    'cases' as dataset,
    load_id,
    '{{ row_status_code }}' as row_status_code,
    cast(sum({{ row_status_code }}_count) as bigint) as row_count
from case_loads
group by load_id
union all
{% endfor %}

{%- for dataset in var('raw_contract') if dataset != 'cases' %}
select
    '{{ dataset }}' as dataset,
    load_id,
    row_status_code,
    cast(count(*) as bigint) as row_count
from {{ ref('stg_' ~ dataset) }}
group by load_id, row_status_code
{{ 'union all' if not loop.last }}
{% endfor %}
