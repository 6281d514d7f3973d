{{ built_by_month('marts') }}

-- One row per month, assessment group, figure, district (or `all`) and member
-- (or `none`): every figure that the bulletin prints, of every member.
-- `value` is in `unit`: a rate has the unit `ratio` and is the fraction of its
-- numerator and denominator, which no other figure has. `printed_value` is the
-- same in `printed_unit` (a ratio in percent) with the digits that are printed.
with

case_categories as (select * from {{ ref('dim_case_categories') }}),

case_totals as (select * from {{ ref('case_totals_monthly') }}),

category_totals as (
    select * from {{ ref('case_totals_by_category_monthly') }}
),

class_totals as (select * from {{ ref('case_totals_by_class_monthly') }}),

district_ranking as (select * from {{ ref('district_ranking_monthly') }}),

district_source_totals as (
    select * from {{ ref('case_totals_by_district_source_monthly') }}
),

district_totals as (select * from {{ ref('case_totals_by_district_monthly') }}),

figure_codes as (select * from {{ ref('int_figure_codes') }}),

grid_member_handling as (
    select * from {{ ref('grid_member_handling_monthly') }}
),

indicator_scores as (select * from {{ ref('indicator_scores_monthly') }}),

mechanism_scores as (select * from {{ ref('mechanism_scores_monthly') }}),

months as (select * from {{ ref('dim_assessment_months') }}),

omission as (select * from {{ ref('omission_monthly') }}),

patrol_coverage as (select * from {{ ref('patrol_coverage_monthly') }}),

platform_closure as (select * from {{ ref('platform_closure_monthly') }}),

satellite_findings as (select * from {{ ref('satellite_findings_monthly') }}),

source_totals as (select * from {{ ref('case_totals_by_source_monthly') }}),

street_order_reports as (
    select * from {{ ref('street_order_reports_monthly') }}
),

whistles as (select * from {{ ref('whistles_monthly') }}),

full_marks as (
    select distinct
        assessment_month,
        assessment_group_code,
        mechanism_code,
        full_marks
    from mechanism_scores
),

key_kinds as (
    select
        case_totals.assessment_month,
        case_totals.assessment_group_code,
        count(case_categories.category_code) as kind_count
    from case_totals
    left join case_categories
        on case_categories.is_key
    where case_totals.case_type_code = 'key'
    group by
        case_totals.assessment_month,
        case_totals.assessment_group_code
),

{{ completed_category_ctes() }},

variance_shares as (
    {{ variance_shares('mechanism_scores', 'district_ranking', 'figure_codes')
        | indent(4) }}
),

all_figures as (
    {{ figures('full_marks', {'mechanism_full_marks': 'full_marks'},
        member='mechanism_code', district="'all'") }}
    union all
    {{ figures('mechanism_scores', {'mechanism_score': 'score'},
        member='mechanism_code') }}
    union all
    {{ figures('mechanism_scores', {'whistle_score': 'score'},
        member='mechanism_code', condition="mechanism_code = 'linkage'") }}
    union all
    {{ figures('variance_shares', {
        'mechanism_variance_share': 'variance_share',
    }, member='mechanism_code', district="'all'") }}
    union all
    {{ figures('district_ranking', {
        'total_score': 'total_score', 'district_rank': 'district_rank',
        'rank_low': 'rank_low', 'rank_high': 'rank_high',
    }) }}
    union all
    {{ figures('indicator_scores', {'satellite_handling_score': 'score'},
        condition="indicator_code = 'satellite_handling'") }}
    union all
    {{ figures('case_totals', closure_figures(), member='case_type_code',
        condition="case_type_code = 'all'", district="'all'") }}
    union all
    {{ figures('district_totals', {
        'registered_count': 'registered_count',
        'closed_count': 'closed_count',
        'district_closure_rate': ['closed_count', 'registered_count'],
    }, member='case_type_code', condition="case_type_code = 'all'") }}
    union all
    {{ figures('source_totals', closure_figures('source_', {
        'source_registered_share':
            ['registered_count', 'group_registered_count'],
    }), member='source_code', condition="case_type_code = 'all'",
        district="'all'") }}
    union all
    {{ figures('district_source_totals', closure_figures('source_'),
        member='source_code', condition="case_type_code = 'all'") }}
    union all
    {{ figures('class_totals', {'class_registered_count': 'registered_count'},
        member='class_code', district="'all'") }}
    union all
    {{ figures('completed_categories', {
        'category_registered_count': 'registered_count',
        'category_class_share': ['registered_count', 'whole_registered_count'],
    }, member="concat(class_code, '|', category_code)",
        condition="case_type_code = 'all'", district="'all'") }}
    union all
    {#- of the municipal platform, a district has what went to it: dispatch_ -#}
    {{ figures('platform_closure', closure_figures('platform_'),
        member="concat(platform_code, '|', dispatch_target_code)",
        condition="dispatch_target_code = 'all' and (district_code = 'all'"
        ~ " or (platform_code = 'district' and district_code <> 'none'))") }}
    union all
    {{ figures('platform_closure', closure_figures('dispatch_'),
        member="concat(platform_code, '|', dispatch_target_code)",
        condition="platform_code = 'municipal'"
        ~ " and dispatch_target_code <> 'all' and district_code <> 'none'") }}
    union all
    {{ figures('key_kinds', {'key_kind_count': 'kind_count'},
        district="'all'") }}
    union all
    {{ figures('case_totals', closure_figures('key_', {
        'key_registered_share': ['registered_count', 'group_registered_count'],
    }), condition="case_type_code = 'key'", district="'all'") }}
    union all
    {{ figures('district_totals', closure_figures('key_'),
        condition="case_type_code = 'key'") }}
    union all
    {{ figures('source_totals', closure_figures('key_source_', {
        'key_source_base_case_count': 'base_case_count',
    }), member='source_code', condition="case_type_code = 'key'",
        district="'all'") }}
    union all
    {{ figures('completed_categories', closure_figures('key_category_', {
        'key_category_share': ['registered_count', 'whole_registered_count'],
    }), member='category_code', condition="case_type_code = 'key'",
        district="'all'") }}
    union all
    {{ figures('omission', {
        'omission_rate': ['omitted_count', 'registered_count'],
        'district_omission_rate': ['omitted_count', 'checked_count'],
        'omission_low': 'omission_low', 'omission_high': 'omission_high',
    }, member='case_type_code') }}
    union all
    {{ figures('patrol_coverage', {
        'patrol_coverage_rate':
            ['covered_grid_day_count', 'required_grid_day_count'],
        'category_coverage_rate':
            ['covered_category_count', 'required_category_count'],
    }) }}
    union all
    {#- the bulletin states findings and checks twice: two codes, one column -#}
    {{ figures('satellite_findings', {
        'source_satellite_finding_count': 'finding_count',
        'source_satellite_checked_count': 'checked_count',
        'satellite_finding_count': 'finding_count',
        'satellite_checked_count': 'checked_count',
        'satellite_area_m2': 'area_m2',
    }) }}
    union all
    {{ figures('grid_member_handling', closure_figures('grid_member_', {
        'grid_member_base_case_count': 'base_case_count',
    })) }}
    union all
    {{ figures('street_order_reports',
        {'street_order_registered_count': 'registered_count'}) }}
    union all
    {{ figures('whistles', {'whistle_count': 'whistle_count'}, 'level_code') }}
),

-- A month, and those that it is compared with.
compared_months as (
    {%- for column in [
        'assessment_month', 'previous_month', 'month_a_year_ago'
    ] %}
    select {{ column }} as assessment_month
    from months
    where {{ is_month_to_build('assessment_month', is_date=true) }}
    {{- '\n    union' if not loop.last }}
    {%- endfor %}
),

-- The scope of a code tells which of a relation's districts are printed.
figures_in_scope as (
    select
        all_figures.*,
        figure_codes.figure_name,
        figure_codes.section,
        figure_codes.unit,
        figure_codes.printed_unit,
        figure_codes.decimal_places,
        figure_codes.printed_step_millionths,
        figure_codes.depends_on_rules
    from all_figures
    inner join compared_months
        on all_figures.assessment_month = compared_months.assessment_month
    inner join figure_codes
        on all_figures.figure_code = figure_codes.figure_code
    where
        figure_codes.district_scope_code = 'city_and_district'
        or (figure_codes.district_scope_code = 'city')
        = (all_figures.district_code = 'all')
),

valued_figures as (
    select
        *,
        case
            when numerator is not null
                then {{ rate('numerator', 'denominator', can_exceed_one=true) }}
            else amount
        end as value,  -- noqa: RF04
        {{ printed_steps() | indent(8) }} as printed_steps
    from figures_in_scope
),

comparable_figures as (
    select
        valued_figures.*,
        months.previous_month,
        months.month_a_year_ago,
        not valued_figures.depends_on_rules
        or months.has_rules_of_previous_month as is_comparable,
        not valued_figures.depends_on_rules
        or months.has_rules_of_a_year_ago as is_comparable_a_year_ago
    from valued_figures
    inner join months
        on valued_figures.assessment_month = months.assessment_month
)

select
    this_month.assessment_month,
    this_month.assessment_group_code,
    this_month.figure_code,
    this_month.district_code,
    this_month.member_code,
    this_month.figure_name,
    this_month.section,
    this_month.unit,
    this_month.printed_unit,
    this_month.numerator,
    this_month.denominator,
    this_month.value,
    {{ steps_as_printed(
        'this_month.printed_steps', 'this_month.printed_step_millionths'
    ) | indent(4) }} as printed_value,
    this_month.decimal_places,
    previous_month.value as previous_value,
    a_year_ago.value as value_a_year_ago,
    {{ printed_change('previous_month', 'is_comparable') | indent(4) }}
        as printed_change_from_previous,
    {{ printed_change_percent('previous_month') | indent(4) }}
        as printed_change_percent_from_previous,
    {{ printed_change('a_year_ago', 'is_comparable_a_year_ago') | indent(4) }}
        as printed_change_from_a_year_ago,
    {{ printed_change_percent('a_year_ago') | indent(4) }}
        as printed_change_percent_from_a_year_ago,
    this_month.is_comparable,
    this_month.is_comparable_a_year_ago
from comparable_figures as this_month
left join valued_figures as previous_month
    on
        this_month.previous_month = previous_month.assessment_month
        {{ same_figure('previous_month') | indent(8) }}
left join valued_figures as a_year_ago
    on
        this_month.month_a_year_ago = a_year_ago.assessment_month
        {{ same_figure('a_year_ago') | indent(8) }}
where {{ is_month_to_build('this_month.assessment_month', is_date=true) }}
