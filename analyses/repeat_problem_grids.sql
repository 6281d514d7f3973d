-- In which grids does the same problem come back within the month?
-- 哪些网格在当月反复出现同一类问题？
--
-- One row per district, grid and category with more than one case in the month.
-- How to read: repeat_count is the cases after the first. Of them,
-- returned_count were registered after every earlier one had been closed: the
-- problem came back, so the handling does not last. The others were reported
-- while an earlier one was still open: the same trouble reported twice, or a
-- slow closure. A high returned_share calls for a remedy at the place, a low
-- one for a check of double reports. Void cases and cases without a grid are
-- left out.
with

case_categories as (select * from {{ ref('dim_case_categories') }}),

cases as (
    select *
    from {{ ref('fct_cases') }}
    where
        assessment_month = {{ analysis_month() }}
        and not is_void
        and grid_code <> 'none'
        and {{ in_analysis_district() }}
),

districts as (select * from {{ ref('dim_districts') }}),

cases_with_earlier_ones as (
    select
        *,
        row_number() over (
            partition by district_code, grid_code, category_code
            order by registered_at, case_id
        ) as case_number,
        {# A case still open is closed after any other was registered. #}
        max(coalesce(closed_at, cast('9999-12-31' as timestamp))) over (
            partition by district_code, grid_code, category_code
            order by registered_at, case_id
            rows between unbounded preceding and 1 preceding
        ) as earlier_closed_at
    from cases
),

counts_by_grid as (
    select
        assessment_month,
        district_code,
        grid_code,
        category_code,
        cast(count(*) as bigint) as registered_count,
        cast(
            count(*) filter (where case_number > 1) as bigint
        ) as repeat_count,
        cast(
            count(*) filter (
                where case_number > 1 and registered_at > earlier_closed_at
            ) as bigint
        ) as returned_count,
        cast(
            count(*) filter (where not is_closed) as bigint
        ) as open_count,
        cast(sum(base_case_count) as bigint) as base_case_count,
        min(registered_at) as first_registered_at,
        max(registered_at) as last_registered_at
    from cases_with_earlier_ones
    group by
        assessment_month,
        district_code,
        grid_code,
        category_code
)

select
    counts_by_grid.assessment_month,
    counts_by_grid.district_code,
    counts_by_grid.grid_code,
    counts_by_grid.category_code,
    districts.district_name,
    case_categories.category_name,
    counts_by_grid.registered_count,
    counts_by_grid.repeat_count,
    counts_by_grid.returned_count,
    counts_by_grid.open_count,
    counts_by_grid.base_case_count,
    {{ rate(
        'counts_by_grid.returned_count', 'counts_by_grid.repeat_count'
    ) | indent(4) }} as returned_share,
    counts_by_grid.first_registered_at,
    counts_by_grid.last_registered_at
from counts_by_grid
inner join districts
    on counts_by_grid.district_code = districts.district_code
inner join case_categories
    on counts_by_grid.category_code = case_categories.category_code
where counts_by_grid.repeat_count > 0
order by
    counts_by_grid.registered_count desc,
    counts_by_grid.returned_count desc,
    counts_by_grid.district_code asc,
    counts_by_grid.grid_code asc,
    counts_by_grid.category_code asc
