-- One row per month, assessment group, figure, district (or `all`) and member
-- (or `none`): every figure that the bulletin prints, for every district and
-- member. `value` is in `unit`; a rate has the unit `ratio` and is a fraction
-- of its numerator and denominator, which all other figures have not.
-- `printed_value` is the value in `printed_unit` (a ratio in percent) with the
-- digits that the bulletin prints, rounded once and half away from zero from
-- the counts: it is what a published value is compared with. A category without
-- a case has no row.
with

case_categories as (select * from {{ ref('dim_case_categories') }}),

case_totals as (select * from {{ ref('case_totals_monthly') }}),

category_totals as (select * from {{ ref('case_totals_by_category_monthly') }}),

class_totals as (select * from {{ ref('case_totals_by_class_monthly') }}),

district_months as (select * from {{ ref('int_district_months') }}),

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

month_indicators as (select * from {{ ref('int_month_indicators') }}),

month_mechanisms as (select * from {{ ref('int_month_mechanisms') }}),

months as (select * from {{ ref('int_assessment_months') }}),

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
        district_months.assessment_month,
        district_months.assessment_group_code,
        district_months.district_code,
        count(case_categories.category_code) as kind_count
    from district_months
    left join case_categories
        on case_categories.is_key
    where district_months.district_code = 'all'
    group by
        district_months.assessment_month,
        district_months.assessment_group_code,
        district_months.district_code
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
    {{ figures('district_ranking',
        {'total_score': 'total_score', 'district_rank': 'district_rank'}) }}
    union all
    {{ figures('indicator_scores', {'satellite_handling_score': 'score'},
        condition="indicator_code = 'satellite_handling'") }}
    union all
    {{ figures('case_totals', closure_figures(''), member='case_type_code',
        condition="case_type_code = 'all'", district="'all'") }}
    union all
    {{ figures('district_totals', {
            'registered_count': 'registered_count',
            'closed_count': 'closed_count',
            'district_closure_rate': ['closed_count', 'registered_count'],
        }, member='case_type_code', condition="case_type_code = 'all'") }}
    union all
    {{ figures('source_totals', closure_figures('source_'),
        member='source_code', condition="case_type_code = 'all'",
        district="'all'") }}
    union all
    {{ figures('source_totals', {
            'source_registered_share':
                ['registered_count', 'group_registered_count'],
        }, member='source_code', condition="case_type_code = 'all'",
        district="'all'") }}
    union all
    {{ figures('district_source_totals', closure_figures('source_'),
        member='source_code', condition="case_type_code = 'all'") }}
    union all
    {{ figures('class_totals', {'class_registered_count': 'registered_count'},
        member='class_code', district="'all'") }}
    union all
    {{ figures('category_totals', {
            'category_class_share':
                ['registered_count', 'class_registered_count'],
        }, member="concat(class_code, '|', category_code)",
        condition="class_code <> 'all' and case_type_code = 'all'",
        district="'all'") }}
    union all
    {#- a district has a part of a platform only where cases went to districts -#}
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
    {{ figures('key_kinds', {'key_kind_count': 'kind_count'}) }}
    union all
    {{ figures('case_totals', closure_figures('key_'),
        condition="case_type_code = 'key'", district="'all'") }}
    union all
    {{ figures('case_totals', {
            'key_registered_share':
                ['registered_count', 'group_registered_count'],
        }, condition="case_type_code = 'key'", district="'all'") }}
    union all
    {{ figures('district_totals', closure_figures('key_'),
        condition="case_type_code = 'key'") }}
    union all
    {{ figures('source_totals', closure_figures('key_source_'),
        member='source_code', condition="case_type_code = 'key'",
        district="'all'") }}
    union all
    {{ figures('source_totals',
        {'key_source_base_case_count': 'base_case_count'},
        member='source_code', condition="case_type_code = 'key'",
        district="'all'") }}
    union all
    {{ figures('category_totals', closure_figures('key_category_'),
        member='category_code',
        condition="class_code = 'all' and case_type_code = 'key'",
        district="'all'") }}
    union all
    {{ figures('category_totals', {
            'key_category_share':
                ['registered_count', 'class_registered_count'],
        }, member='category_code',
        condition="class_code = 'all' and case_type_code = 'key'",
        district="'all'") }}
    union all
    {{ figures('omission', {
            'omission_rate': ['omitted_count', 'registered_count'],
            'district_omission_rate': ['omitted_count', 'checked_count'],
        }, member='case_type_code') }}
    union all
    {{ figures('patrol_coverage', {
            'patrol_coverage_rate':
                ['covered_grid_day_count', 'required_grid_day_count'],
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
    {{ figures('grid_member_handling', {
            'grid_member_registered_count': 'registered_count',
            'grid_member_base_case_count': 'base_case_count',
            'grid_member_closure_rate': ['closed_count', 'registered_count'],
        }) }}
    union all
    {{ figures('street_order_reports',
        {'street_order_registered_count': 'registered_count'}) }}
    union all
    {{ figures('whistles', {'whistle_count': 'whistle_count'},
        member='level_code') }}
),

figures_in_scope as (
    select
        all_figures.*,
        figure_codes.section,
        figure_codes.unit,
        figure_codes.printed_unit,
        figure_codes.decimal_places,
        figure_codes.printed_step_millionths,
        case
            when figure_codes.unit = 'ratio'
                then {{ rate(
                    'all_figures.numerator',
                    'all_figures.denominator',
                    can_exceed_one=true
                ) | indent(16) }}
            else all_figures.amount
        end as value,
        case
            when figure_codes.unit = 'ratio'
                then all_figures.numerator * 100000000
            else cast(all_figures.amount * 1000000 as bigint)
        end as printed_dividend,
        case
            when figure_codes.unit = 'ratio' then all_figures.denominator
            else 1
        end * figure_codes.printed_step_millionths as printed_divisor
    from all_figures
    inner join figure_codes
        on all_figures.figure_code = figure_codes.figure_code
    where
        figure_codes.district_scope_code = 'city_and_district'
        or (figure_codes.district_scope_code = 'city')
        = (all_figures.district_code = 'all')
),

rule_rows as (
    select
        assessment_month,
        concat('indicator ', indicator_code, ' ', effective_from) as rule_row
    from month_indicators
    union all
    select
        assessment_month,
        concat(
            'mechanism ', mechanism_code, ' ', full_marks, ' ', total_weight
        ) as rule_row
    from month_mechanisms
),

month_rules as (
    select
        months.assessment_month,
        months.previous_month,
        months.month_a_year_ago,
        coalesce(
            {{ join_texts('rule_rows.rule_row', 'rule_rows.rule_row') }}, 'none'
        ) as rules_in_force
    from months
    left join rule_rows
        on months.assessment_month = rule_rows.assessment_month
    group by
        months.assessment_month,
        months.previous_month,
        months.month_a_year_ago
),

-- Only another revision makes figures incomparable; an absent month does not.
compared_rules as (
    select
        this_month.assessment_month,
        this_month.previous_month,
        this_month.month_a_year_ago,
        coalesce(
            this_month.rules_in_force = previous_month.rules_in_force, true
        ) as has_rules_of_previous_month,
        coalesce(
            this_month.rules_in_force = a_year_ago.rules_in_force, true
        ) as has_rules_of_a_year_ago
    from month_rules as this_month
    left join month_rules as previous_month
        on this_month.previous_month = previous_month.assessment_month
    left join month_rules as a_year_ago
        on this_month.month_a_year_ago = a_year_ago.assessment_month
)

select
    this_month.assessment_month,
    this_month.assessment_group_code,
    this_month.figure_code,
    this_month.district_code,
    this_month.member_code,
    this_month.section,
    this_month.unit,
    this_month.printed_unit,
    this_month.numerator,
    this_month.denominator,
    this_month.value,
    cast(
        {{ divide_half_away(
            'this_month.printed_dividend', 'this_month.printed_divisor'
        ) | indent(8) }}
        * this_month.printed_step_millionths * cast(0.000001 as decimal(7, 6))
        as decimal(18, 6)
    ) as printed_value,
    this_month.decimal_places,
    previous_month.value as previous_value,
    a_year_ago.value as value_a_year_ago,
    (
        this_month.unit not in ('score', 'rank')
        or compared_rules.has_rules_of_previous_month
    ) as is_comparable,
    (
        this_month.unit not in ('score', 'rank')
        or compared_rules.has_rules_of_a_year_ago
    ) as is_comparable_a_year_ago
from figures_in_scope as this_month
inner join compared_rules
    on this_month.assessment_month = compared_rules.assessment_month
{%- for earlier, month in [
    ('previous_month', 'previous_month'), ('a_year_ago', 'month_a_year_ago')
] %}
left join figures_in_scope as {{ earlier }}
    on
        compared_rules.{{ month }} = {{ earlier }}.assessment_month
        {%- for column in [
            'assessment_group_code', 'figure_code', 'district_code',
            'member_code',
        ] %}
        and this_month.{{ column }} = {{ earlier }}.{{ column }}
        {%- endfor %}
{%- endfor %}
