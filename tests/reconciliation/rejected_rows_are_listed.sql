-- Every rejected row of a load is listed with its reason, once.
with

load_summary as (select * from {{ ref('load_summary') }}),

rejected_rows as (select * from {{ ref('rejected_rows') }}),

listed_rows as (
    select
        dataset,
        load_id,
        count(reason_code) as listed_count
    from rejected_rows
    group by
        dataset,
        load_id
)

select
    load_summary.dataset,
    load_summary.load_id,
    load_summary.rejected_count,
    listed_rows.listed_count
from load_summary
full outer join listed_rows
    on
        load_summary.dataset = listed_rows.dataset
        and load_summary.load_id = listed_rows.load_id
where
    (
        load_summary.rejected_count = coalesce(listed_rows.listed_count, 0)
    ) is not true
