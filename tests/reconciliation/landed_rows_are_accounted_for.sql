-- Landed = accepted + superseded + rejected, the landed rows counted apart,
-- from the raw relation itself.
with

load_summary as (select * from {{ ref('load_summary') }}),

landed_rows as (
    {%- for dataset in var('raw_contract') %}
    select
        '{{ dataset }}' as dataset,
        raw_rows.load_id,
        count(*) as landed_count
    from ({{ raw_rows(dataset) | indent(4) }}) as raw_rows
    group by raw_rows.load_id
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    coalesce(landed_rows.dataset, load_summary.dataset) as dataset,
    coalesce(landed_rows.load_id, load_summary.load_id) as load_id,
    landed_rows.landed_count,
    load_summary.accepted_count,
    load_summary.superseded_count,
    load_summary.rejected_count
from landed_rows
full outer join load_summary
    on
        landed_rows.dataset = load_summary.dataset
        and landed_rows.load_id = load_summary.load_id
where
    (
        landed_rows.landed_count
        = load_summary.accepted_count
        + load_summary.superseded_count
        + load_summary.rejected_count
    ) is not true
