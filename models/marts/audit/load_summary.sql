-- One row per dataset and load.
with

landed_rows as (select * from {{ ref('int_landed_rows') }}),


rows_by_state as (
    select
        dataset,
        load_id,
        cast(sum(row_count) as bigint) as landed_count,
        {{ count_in_state('accepted') }} as accepted_count,
        {{ count_in_state('superseded') }} as superseded_count,
        {{ count_in_state('rejected') }} as rejected_count
    from landed_rows
    group by
        dataset,
        load_id
)

select
    *,
    {{ rate('rejected_count', 'landed_count') }} as rejected_rate
from rows_by_state
