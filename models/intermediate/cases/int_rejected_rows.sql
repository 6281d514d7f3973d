{{ config(materialized='ephemeral') }}

-- One row per rejected row of any dataset, with its reasons in the order of
-- their priority. Few sets of reasons stand for many rows: each is ordered
-- once.
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
),

reason_sets as (select distinct reason_codes from rejected_rows),

ranked_reasons as (
    select
        reason_sets.reason_codes,
        reject_reasons.reason_code,
        row_number() over (
            partition by reason_sets.reason_codes
            order by reject_reasons.priority
        ) as reason_rank
    from reason_sets
    inner join reject_reasons
        on
            concat(',', reason_sets.reason_codes, ',')
            like concat('%,', reject_reasons.reason_code, ',%')
),

ordered_sets as (
    select
        reason_codes,
        max(case when reason_rank = 1 then reason_code end) as reason_code,
        {{ join_texts('reason_code', 'reason_rank') }} as all_reasons
    from ranked_reasons
    group by reason_codes
)

select
    rejected_rows.dataset,
    rejected_rows.load_id,
    rejected_rows.folder_month,
    rejected_rows.row_number,
    rejected_rows.natural_key,
    ordered_sets.reason_code,
    ordered_sets.all_reasons,
    rejected_rows.raw_row
from rejected_rows
inner join ordered_sets
    on rejected_rows.reason_codes = ordered_sets.reason_codes
