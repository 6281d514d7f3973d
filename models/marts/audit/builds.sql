-- One row per build of `grid build` on this raw source, as its record says.
with

build_records as (
    select * from {{ build_records() }}
),

current_version as (
    select * from {{ current_version() }}
)

select
    build_records.build_id,
    build_records.raw_source,
    build_records.status_code,
    build_records.rebuilt_months,
    build_records.removed_months,
    build_records.message,
    build_records.month_count,
    build_records.rebuilt_month_count,
    build_records.landed_count,
    build_records.accepted_count,
    build_records.superseded_count,
    build_records.rejected_count,
    build_records.passed_test_count,
    build_records.failed_test_count,
    build_records.warned_test_count,
    build_records.met_expectation_count,
    build_records.failed_expectation_count,
    build_records.warned_expectation_count,
    build_records.is_full_refresh,
    coalesce(
        build_records.build_id = current_version.build_id, false
    ) as is_current,
    build_records.started_at,
    build_records.finished_at
from build_records
left join current_version
    on build_records.build_id = current_version.build_id
