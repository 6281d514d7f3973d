-- Which categories cost the districts most points?
-- 哪些小类案件让各区丢分最多？
--
-- One row per category with a failure. How to read: lost_points is what the
-- category cost all ranked districts together (or the one chosen). The points
-- that an indicator lost in a district are shared out among the categories by
-- their failing cases: not closed, not closed on time, reworked, or omitted. A
-- failing case costs nothing where its indicator still reached full marks, so
-- many failures and few points mean that the target is met elsewhere.
-- Indicators that do not count cases (assessed, patrols) have no category.
{%- set not_closed = 'registered_count - closed_count' %}
{%- set failures = [
    ('closure_rate', 'closure', not_closed, 'true'),
    ('key_case_closure_rate', 'closure', not_closed, 'is_key'),
    (
        'municipal_dispatch_closure_rate', 'closure', not_closed,
        "platform_code = 'municipal' and dispatch_target_code = 'district'",
    ),
    (
        'district_platform_closure_rate', 'closure', not_closed,
        "platform_code = 'district'",
    ),
    (
        'grid_member_closure_rate', 'closure', not_closed,
        "handler_role_code <> 'none'",
    ),
    (
        'on_time_closure_rate', 'on_time',
        'should_close_count - on_time_count', 'true',
    ),
    ('rework_rate', 'rework', 'reworked_count', 'true'),
] %}
{%- set omissions = [
    ('key_sample_omission_rate', 'is_key'),
    ('sample_omission_rate', 'true'),
] %}
with

case_categories as (select * from {{ ref('dim_case_categories') }}),

case_counts as (
    select *
    from {{ ref('fct_monthly_case_counts') }}
    where
        assessment_month = {{ analysis_month() }}
        and {{ in_analysis_district() }}
),

indicator_scores as (
    select *
    from {{ ref('indicator_scores_monthly') }}
    where assessment_month = {{ analysis_month() }}
),

mechanism_scores as (
    select *
    from {{ ref('mechanism_scores_monthly') }}
    where assessment_month = {{ analysis_month() }}
),

omission_checks as (
    select *
    from {{ ref('fct_omission_checks') }}
    where
        assessment_month = {{ analysis_month() }}
        and is_counted
        and is_omitted
        and {{ in_analysis_district() }}
),

failures as (
    {%- for measure_code, failure_code, failing_count, condition in failures %}
    select
        district_code,
        category_code,
        '{{ measure_code }}' as measure_code,
        '{{ failure_code }}' as failure_code,
        cast(sum({{ failing_count }}) as bigint) as failing_count
    from case_counts
    where {{ condition }}
    group by
        district_code,
        category_code
    union all
    {%- endfor %}
    {%- for measure_code, condition in omissions %}
    select
        district_code,
        category_code,
        '{{ measure_code }}' as measure_code,
        'omission' as failure_code,
        cast(count(*) as bigint) as failing_count
    from omission_checks
    where {{ condition }}
    group by
        district_code,
        category_code
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

failures_with_whole as (
    select
        *,
        cast(sum(failing_count) over (
            partition by district_code, measure_code
        ) as bigint) as district_failing_count
    from failures
),

failures_with_points as (
    select
        failures_with_whole.category_code,
        failures_with_whole.failure_code,
        indicator_scores.lost_score * mechanism_scores.total_weight
        * {{ rate(
            'failures_with_whole.failing_count',
            'failures_with_whole.district_failing_count'
        ) | indent(8) }} as lost_points
    from failures_with_whole
    inner join indicator_scores
        on
            failures_with_whole.district_code = indicator_scores.district_code
            and failures_with_whole.measure_code
            = indicator_scores.measure_code
    inner join mechanism_scores
        on
            indicator_scores.district_code = mechanism_scores.district_code
            and indicator_scores.mechanism_code
            = mechanism_scores.mechanism_code
),

points_by_category as (
    select
        category_code,
        {%- for failure_code in ['closure', 'on_time', 'rework', 'omission'] %}
        cast(
            coalesce(
                sum(lost_points) filter (
                    where failure_code = '{{ failure_code }}'
                ),
                0
            ) as decimal(9, 4)
        ) as {{ failure_code }}_lost_points,
        {%- endfor %}
        cast(coalesce(sum(lost_points), 0) as decimal(9, 4)) as lost_points
    from failures_with_points
    group by category_code
),

counts_by_category as (
    select
        category_code,
        {{ sum_counts() | indent(4) }}
    from case_counts
    group by category_code
),

omissions_by_category as (
    select
        category_code,
        cast(count(*) as bigint) as omitted_count
    from omission_checks
    group by category_code
),

joined_by_category as (
    select
        {{ analysis_month() }} as assessment_month,
        case_categories.category_code,
        case_categories.category_name,
        case_categories.class_code,
        {{ zero_filled('counts_by_category', [
            'registered_count', 'closed_count', 'should_close_count',
            'on_time_count', 'reworked_count',
        ]) | indent(4) }},
        coalesce(omissions_by_category.omitted_count, 0) as omitted_count,
        coalesce(points_by_category.closure_lost_points, 0)
            as closure_lost_points,
        coalesce(points_by_category.on_time_lost_points, 0)
            as on_time_lost_points,
        coalesce(points_by_category.rework_lost_points, 0)
            as rework_lost_points,
        coalesce(points_by_category.omission_lost_points, 0)
            as omission_lost_points,
        coalesce(points_by_category.lost_points, 0) as lost_points
    from case_categories
    left join counts_by_category
        on case_categories.category_code = counts_by_category.category_code
    left join omissions_by_category
        on case_categories.category_code = omissions_by_category.category_code
    left join points_by_category
        on case_categories.category_code = points_by_category.category_code
)

select
    assessment_month,
    category_code,
    category_name,
    class_code,
    registered_count,
    closed_count,
    should_close_count,
    on_time_count,
    reworked_count,
    omitted_count,
    {{ case_rates() }},
    closure_lost_points,
    on_time_lost_points,
    rework_lost_points,
    omission_lost_points,
    lost_points
from joined_by_category
where
    closed_count < registered_count
    or on_time_count < should_close_count
    or reworked_count > 0
    or omitted_count > 0
order by
    lost_points desc,
    category_code asc
