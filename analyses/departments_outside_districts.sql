-- Which departments outside the districts leave their cases open?
-- 派遣给各区以外的市级职能部门等单位的案件，哪些单位没有结案？
--
-- One row per city, dispatch target and department. How to read: departments
-- with most open cases come first; one without open cases closes what it gets.
-- Only the municipal platform dispatches past the districts, to municipal
-- departments or to others. Such cases do not enter a district's closure of
-- dispatched cases, yet they count in the on-time closure, and if key in the
-- key-case closure, of the district in which they lie. district_count tells
-- whether the open cases lie in one district or all over the city; with a
-- district chosen, only cases that lie in it are counted.
with

cases as (
    select *
    from {{ ref('fct_cases') }}
    where
        assessment_month = {{ analysis_month() }}
        and dispatch_target_code <> 'district'
        and {{ in_analysis_district() }}
),

districts as (select * from {{ ref('dim_districts') }}),

cases_with_city as (
    select
        cases.*,
        districts.city_code
    from cases
    inner join districts
        on cases.district_code = districts.district_code
),

counts_by_department as (
    select
        assessment_month,
        city_code,
        dispatch_target_code,
        department_code,
        {{ count_cases() | indent(4) }},
        cast(
            count(*) filter (where not is_void and not is_closed) as bigint
        ) as open_count,
        cast(
            count(distinct case
                when not is_void and not is_closed then district_code
            end) as bigint
        ) as district_count,
        min(case
            when not is_void and not is_closed then registered_at
        end) as oldest_open_registered_at
    from cases_with_city
    group by
        assessment_month,
        city_code,
        dispatch_target_code,
        department_code
)

select
    assessment_month,
    city_code,
    dispatch_target_code,
    department_code,
    registered_count,
    closed_count,
    open_count,
    should_close_count,
    on_time_count,
    overdue_open_count,
    district_count,
    {{ rate('closed_count', 'registered_count') }} as closure_rate,
    {{ rate('on_time_count', 'should_close_count') }} as on_time_closure_rate,
    oldest_open_registered_at
from counts_by_department
where registered_count > 0
order by
    open_count desc,
    overdue_open_count desc,
    city_code asc,
    dispatch_target_code asc,
    department_code asc
