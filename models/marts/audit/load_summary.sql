-- One row per dataset and load.
with

landed_rows as (select * from {{ ref('int_landed_rows') }}),


rows_by_state as (
    select
        dataset,
        load_id,
        cast(sum(row_count) as bigint) as landed_count,
        {%- for state in ['accepted', 'superseded', 'rejected'] %}
        cast(
            coalesce(
                sum(row_count) filter (where row_status_code = '{{ state }}'), 0
            ) as bigint
        ) as {{ state }}_count{{ ',' if not loop.last }}
        {%- endfor %}
    from landed_rows
    group by
        dataset,
        load_id
)

select
    *,
    {{ rate('rejected_count', 'landed_count') }} as rejected_rate
from rows_by_state
