-- One row per month, district and measure: the counts behind it.
with

case_totals as (select * from {{ ref('case_totals_by_district_monthly') }}),

grid_member_handling as (
    select * from {{ ref('grid_member_handling_monthly') }}
),

omission as (select * from {{ ref('omission_monthly') }}),

patrol_coverage as (select * from {{ ref('patrol_coverage_monthly') }}),

platform_closure as (select * from {{ ref('platform_closure_monthly') }}),

satellite_findings as (select * from {{ ref('satellite_findings_monthly') }}),

measures as (
    {{ measure('closure_rate', 'case_totals', 'closed_count',
        'registered_count', "case_type_code = 'all'") }}
    union all
    {{ measure('on_time_closure_rate', 'case_totals', 'on_time_count',
        'should_close_count', "case_type_code = 'all'") }}
    union all
    {{ measure('rework_rate', 'case_totals', 'reworked_count',
        'should_close_count', "case_type_code = 'all'") }}
    union all
    {{ measure('key_case_closure_rate', 'case_totals', 'closed_count',
        'registered_count', "case_type_code = 'key'") }}
    union all
    {{ measure('municipal_dispatch_closure_rate', 'platform_closure',
        'closed_count', 'registered_count',
        "platform_code = 'municipal' and dispatch_target_code = 'district'") }}
    union all
    {{ measure('district_platform_closure_rate', 'platform_closure',
        'closed_count', 'registered_count',
        "platform_code = 'district' and dispatch_target_code = 'all'") }}
    union all
    {{ measure('grid_member_closure_rate', 'grid_member_handling',
        'closed_count', 'registered_count') }}
    union all
    {{ measure('grid_member_participation_rate', 'grid_member_handling',
        'registered_count', 'district_registered_count') }}
    union all
    {{ measure('key_sample_omission_rate', 'omission', 'omitted_count',
        'checked_count', "case_type_code = 'key'") }}
    union all
    {{ measure('sample_omission_rate', 'omission', 'omitted_count',
        'checked_count', "case_type_code = 'all'") }}
    union all
    {{ measure('patrol_coverage_rate', 'patrol_coverage',
        'covered_grid_day_count', 'required_grid_day_count') }}
    union all
    {{ measure('category_coverage_rate', 'patrol_coverage',
        'covered_category_count', 'required_category_count') }}
    union all
    {{ measure('satellite_unhandled_count', 'satellite_findings',
        'unhandled_count', 'checked_count') }}
)

select
    *,
    {{ rate('numerator', 'denominator') }} as measure_rate
from measures
