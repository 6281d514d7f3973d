{{ config(materialized='ephemeral') }}

-- One row per landed month and load of cases: its rows by what became of them.
with

landed_files as (select * from {{ ref('int_landed_files') }}),

case_versions as (select * from {{ ref('stg_case_versions') }}),


versions_by_load as (
    select
        load_id,
        folder_month,
        landed_month,
        cast(count(*) filter (
            where row_status_code = 'superseded'
        ) as bigint) as superseded_count,
        cast(count(*) filter (
            where row_status_code = 'rejected'
        ) as bigint) as rejected_count
    from case_versions
    group by
        load_id,
        folder_month,
        landed_month
)

select
    landed_files.landed_month,
    {{ month_as_date('landed_files.landed_month') }} as assessment_month,
    landed_files.load_id,
    landed_files.row_count as landed_count,
    landed_files.row_count
    - coalesce(versions_by_load.superseded_count, 0)
    - coalesce(versions_by_load.rejected_count, 0) as accepted_count,
    coalesce(versions_by_load.superseded_count, 0) as superseded_count,
    coalesce(versions_by_load.rejected_count, 0) as rejected_count
from landed_files
left join versions_by_load
    on
        landed_files.load_id = versions_by_load.load_id
        and landed_files.folder_month = versions_by_load.folder_month
        and landed_files.landed_month = versions_by_load.landed_month
where landed_files.dataset = 'cases'
