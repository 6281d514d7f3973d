-- Every case, check, finding and grid-day that an indicator with a loss counts
-- against the district, by measure: made once, asked for by street and one by one.
create temporary table failures as
with

lossy_indicators as (
    select
        indicator_code,
        measure_code
    from indicator_scores_monthly
    where
        assessment_month = $month
        and district_code = $district_code
        and scoring_method <> 'assessed'
        and lost_score > 0
),

cases as (
    select
        case_id,
        street_code,
        category_code,
        platform_code,
        dispatch_target_code,
        handler_role_code,
        timeliness_code,
        is_key,
        is_closed,
        is_should_close,
        rework_count,
        registered_at
    from fct_cases
    where
        assessment_month = $month
        and district_code = $district_code
        and not is_void
),

failing_cases as (
    select
        measures.measure_code,
        cases.*
    from cases
    inner join (select distinct measure_code from lossy_indicators) as measures
        on case measures.measure_code
            when 'closure_rate' then not cases.is_closed
            when 'key_case_closure_rate' then not cases.is_closed and cases.is_key
            when 'municipal_dispatch_closure_rate'
                then
                    not cases.is_closed
                    and cases.platform_code = 'municipal'
                    and cases.dispatch_target_code = 'district'
            when 'district_platform_closure_rate'
                then not cases.is_closed and cases.platform_code = 'district'
            when 'grid_member_closure_rate'
                then not cases.is_closed and cases.handler_role_code <> 'none'
            when 'grid_member_participation_rate' then cases.handler_role_code = 'none'
            when 'on_time_closure_rate'
                then cases.is_should_close and cases.timeliness_code <> 'on_time'
            when 'rework_rate' then cases.is_should_close and cases.rework_count > 0
            else false
        end
),

failing_objects as (
    select
        failing_cases.measure_code,
        '案件' as kind,
        failing_cases.case_id as object_id,
        failing_cases.street_code as place_code,
        failing_cases.category_code,
        failing_cases.registered_at as happened_at,
        case
            when failing_cases.measure_code = 'rework_rate'
                then concat('返工', failing_cases.rework_count, '次')
            when failing_cases.timeliness_code = 'overdue_open' then '逾期未结'
            when failing_cases.timeliness_code = 'late' then '超期结案'
            when failing_cases.timeliness_code = 'on_time' then '按期结案'
            when failing_cases.is_closed then '已结案'
            when failing_cases.timeliness_code = 'not_due' then '未到期未结'
            else '未结案'
        end as state
    from failing_cases
    union all
    select
        measures.measure_code,
        '核查' as kind,
        checks.check_id as object_id,
        coalesce(checks.grid_code, 'none') as place_code,
        checks.category_code,
        checks.checked_at as happened_at,
        '漏报' as state
    from fct_omission_checks as checks
    cross join (values
        ('key_sample_omission_rate'), ('sample_omission_rate')
    ) as measures (measure_code)
    where
        checks.assessment_month = $month
        and checks.district_code = $district_code
        and checks.is_counted
        and checks.is_omitted
        and (checks.is_key or measures.measure_code = 'sample_omission_rate')
    union all
    select
        'satellite_unhandled_count' as measure_code,
        '图斑' as kind,
        finding_id as object_id,
        'none' as place_code,
        'none' as category_code,
        found_at as happened_at,
        '未处置' as state
    from fct_satellite_findings
    where
        assessment_month = $month
        and district_code = $district_code
        and is_counted
        and is_checked
        and not is_handled
    union all
    select
        'patrol_coverage_rate' as measure_code,
        '网格日' as kind,
        concat(grid_code, ' ', patrol_date) as object_id,
        grid_code as place_code,
        'none' as category_code,
        cast(patrol_date as timestamp) as happened_at,
        concat('巡查', completed_pass_count, '/', required_pass_count, '次') as state
    from fct_patrol_days
    where
        assessment_month = $month
        and district_code = $district_code
        and is_counted
        and is_required
        and not is_covered
)

select
    lossy_indicators.indicator_code,
    failing_objects.kind,
    failing_objects.object_id,
    failing_objects.place_code,
    failing_objects.happened_at,
    failing_objects.state,
    coalesce(categories.category_name, '') as category_name
from lossy_indicators
inner join failing_objects
    on lossy_indicators.measure_code = failing_objects.measure_code
left join dim_case_categories as categories
    on failing_objects.category_code = categories.category_code
