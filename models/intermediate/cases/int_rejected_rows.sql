{{ config(materialized='ephemeral') }}

-- One row per rejected row of any dataset and reason, the first reason ranked
-- 1.
with

reject_reasons as (select * from {{ ref('reject_reasons') }}),

rejected_rows as (
    {%- for dataset in var('raw_contract') %}
    select
        '{{ dataset }}' as dataset,
        load_id,
        folder_month,
        row_number,
        natural_key,
        reason_codes,
        raw_row
    from {{ ref('stg_' ~ dataset) }}
    where row_status_code = 'rejected'
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    rejected_rows.dataset,
    rejected_rows.load_id,
    rejected_rows.folder_month,
    rejected_rows.row_number,
    rejected_rows.natural_key,
    reject_reasons.reason_code,
    row_number() over (
        partition by
            rejected_rows.dataset,
            rejected_rows.load_id,
            rejected_rows.folder_month,
            rejected_rows.row_number
        order by reject_reasons.priority
    ) as reason_rank,
    rejected_rows.raw_row
from rejected_rows
inner join reject_reasons
    on
        concat(',', rejected_rows.reason_codes, ',')
        like concat('%,', reject_reasons.reason_code, ',%')
