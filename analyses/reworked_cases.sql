-- Whose work is sent back, and on what kind of problem?
-- 哪些单位处置的哪类案件被返工？
--
-- One row per district, department and category with a reworked case. How to
-- read: most reworked cases come first. rework_rate is their part of the cases
-- of the same department and category that should be closed; a high rate on few
-- cases says little, so read it beside should_close_count. sent_back_count is
-- how often they were sent back in all; grid_member_reworked_count are those
-- that a grid member handled. failed_after_rework_count are those that ended
-- late or are open and overdue: there the rework cost the on-time closure as
-- well. The department `none` stands for cases without one.
with

case_categories as (select * from {{ ref('dim_case_categories') }}),

cases as (
    select *
    from {{ ref('fct_cases') }}
    where
        assessment_month = {{ analysis_month() }}
        and {{ in_analysis_district() }}
),

districts as (select * from {{ ref('dim_districts') }}),

counts_by_department as (
    select
        assessment_month,
        district_code,
        department_code,
        category_code,
        {{ count_cases() | indent(4) }},
        cast(
            sum(rework_count) filter (
                where not is_void and is_should_close
            ) as bigint
        ) as sent_back_count,
        cast(
            count(*) filter (
                where
                not is_void
                and is_should_close
                and rework_count > 0
                and handler_role_code <> 'none'
            ) as bigint
        ) as grid_member_reworked_count,
        cast(
            count(*) filter (
                where
                not is_void
                and is_should_close
                and rework_count > 0
                and timeliness_code <> 'on_time'
            ) as bigint
        ) as failed_after_rework_count
    from cases
    group by
        assessment_month,
        district_code,
        department_code,
        category_code
)

select
    counts_by_department.assessment_month,
    counts_by_department.district_code,
    counts_by_department.department_code,
    counts_by_department.category_code,
    districts.district_name,
    case_categories.category_name,
    counts_by_department.should_close_count,
    counts_by_department.reworked_count,
    counts_by_department.sent_back_count,
    counts_by_department.grid_member_reworked_count,
    counts_by_department.failed_after_rework_count,
    {{ rate(
        'counts_by_department.reworked_count',
        'counts_by_department.should_close_count'
    ) | indent(4) }} as rework_rate
from counts_by_department
inner join districts
    on counts_by_department.district_code = districts.district_code
inner join case_categories
    on counts_by_department.category_code = case_categories.category_code
where counts_by_department.reworked_count > 0
order by
    counts_by_department.reworked_count desc,
    counts_by_department.sent_back_count desc,
    counts_by_department.district_code asc,
    counts_by_department.department_code asc,
    counts_by_department.category_code asc
