-- Every figure of a month and assessment group, with its names, its order among
-- the districts and among the members of its kind, and the direction of its
-- changes. Printed values alone decide an order, so that no reader can see
-- another one in what is printed. $districts limits the districts; NULL is all.
with

figures as (
    select
        *,
        case
            when
                figure_code
                in ('category_registered_count', 'category_class_share')
                then split_part(member_code, '|', 1)
            else 'none'
        end as class_code,
        case
            when
                figure_code
                in ('category_registered_count', 'category_class_share')
                then substr(member_code, instr(member_code, '|') + 1)
            else member_code
        end as own_member_code
    from marts.bulletin_figures_monthly
    where
        assessment_month = $month
        and assessment_group_code = $group
        and (
            $districts::varchar[] is null
            or list_contains($districts::varchar[], district_code)
        )
),

mechanisms as (
    select distinct
        mechanism_code,
        mechanism_name,
        display_order
    from marts.mechanism_scores_monthly
    where assessment_month = $month
),

named_figures as (
    select
        figures.*,
        dim_districts.district_name,
        coalesce(dim_districts.is_ranked, false) as is_ranked,
        coalesce(
            dim_case_categories.category_name,
            dim_case_sources.source_name,
            mechanisms.mechanism_name
        ) as member_name,
        mechanisms.display_order,
        nullif(dim_case_sources.tier_code, 'none') as tier_code,
        -- Members in which nothing was counted have no order among the others.
        coalesce(
            figures.printed_value > 0 and figures.member_code <> 'all', false
        ) as is_counted_member
    from figures
    left join marts.dim_districts
        on figures.district_code = dim_districts.district_code
    left join marts.dim_case_categories
        on
            figures.figure_code like '%category%'
            and figures.own_member_code = dim_case_categories.category_code
    left join marts.dim_case_sources
        on
            figures.figure_code like '%source%'
            and figures.own_member_code = dim_case_sources.source_code
    left join mechanisms
        on
            figures.figure_code like '%mechanism%'
            and figures.own_member_code = mechanisms.mechanism_code
),

placed_figures as (
    select
        *,
        printed_value is not null and is_ranked as is_placed,
        rank() over (
            partition by figure_code, member_code, is_placed
            order by printed_value desc
        ) as place_from_top,
        rank() over (
            partition by figure_code, member_code, is_placed
            order by printed_value
        ) as place_from_bottom,
        row_number() over (
            partition by figure_code, member_code
            order by is_ranked desc, printed_value desc nulls last, district_code
        ) as district_row,
        row_number() over (
            partition by figure_code, district_code, class_code
            order by is_counted_member desc, printed_value desc, member_code
        ) as member_row,
        rank() over (
            partition by figure_code, district_code, class_code
            order by is_counted_member desc, printed_value desc
        ) as member_place,
        count(*) over (
            partition by figure_code, member_code, is_placed
        ) as placed_count,
        count(*) over (
            partition by figure_code, member_code, is_placed, printed_value
        ) as equal_count
    from named_figures
)

select
    figure_code,
    figure_name,
    district_code,
    district_name,
    member_code,
    own_member_code,
    member_name,
    class_code,
    tier_code,
    section,
    printed_unit,
    printed_value,
    decimal_places,
    previous_value,
    value_a_year_ago,
    is_comparable,
    is_comparable_a_year_ago,
    printed_change_from_previous,
    printed_change_percent_from_previous,
    printed_change_from_a_year_ago,
    printed_change_percent_from_a_year_ago,
    abs(printed_change_from_previous) as size_from_previous,
    abs(printed_change_percent_from_previous) as percent_from_previous,
    abs(printed_change_from_a_year_ago) as size_from_a_year_ago,
    abs(printed_change_percent_from_a_year_ago) as percent_from_a_year_ago,
    case sign(printed_change_from_previous)
        when 1 then 'rise' when -1 then 'fall' when 0 then 'same'
    end as direction_from_previous,
    case sign(printed_change_from_a_year_ago)
        when 1 then 'rise' when -1 then 'fall' when 0 then 'same'
    end as direction_from_a_year_ago,
    is_placed,
    place_from_top,
    place_from_bottom,
    district_row,
    member_row,
    member_place,
    is_counted_member,
    is_placed and placed_count = equal_count as is_all_equal,
    is_placed and 2 * equal_count > placed_count as is_common,
    printed_unit = 'percent' and printed_value = 100 as is_whole,
    coalesce(printed_value <> 0, false) as is_counted
from placed_figures
order by
    figure_code,
    display_order,
    class_code,
    case when district_code = 'all' then member_row end,
    district_row,
    member_code,
    district_code
