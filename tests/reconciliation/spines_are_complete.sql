-- Every month in which a city has cases has a row for each of its districts,
-- and of its groups where a mart has rows `all`, in every mart by district;
-- ranked districts in the ranking and, where a mechanism or an indicator is in
-- force, in its scores.
{%- set in_force = 'expected.assessment_month in ('
    ~ 'select rules.assessment_month from ' %}
{%- set marts = {
    'district_ranking_monthly': 'is_ranked',
    'mechanism_scores_monthly':
        'is_ranked and ' ~ in_force ~ ref('int_month_mechanisms') ~ ' as rules)',
    'indicator_scores_monthly':
        'is_ranked and ' ~ in_force ~ ref('int_month_indicators') ~ ' as rules)',
    'rank_sensitivity_monthly':
        'is_ranked and ' ~ in_force ~ ref('int_month_indicators')
        ~ " as rules where rules.scoring_method <> 'assessed')",
    'indicator_measures_monthly': "district_code <> 'all'",
    'case_totals_monthly': "district_code = 'all'",
    'case_totals_by_class_monthly': "district_code = 'all'",
    'case_totals_by_source_monthly': "district_code = 'all'",
    'case_totals_by_district_monthly': "district_code <> 'all'",
    'case_totals_by_district_source_monthly': "district_code <> 'all'",
    'platform_closure_monthly': 'true',
    'grid_member_handling_monthly': 'true',
    'street_order_reports_monthly': 'true',
    'omission_monthly': 'true',
    'patrol_coverage_monthly': 'true',
    'satellite_findings_monthly': 'true',
    'whistles_monthly': 'true',
    'open_case_backlog_monthly': 'true',
} %}
with

case_counts as (select * from {{ ref('fct_monthly_case_counts') }}),

months_with_cases as (
    select distinct
        assessment_month,
        district_code
    from case_counts
),

districts as (select * from {{ ref('stg_districts') }}),

district_months as (
    select distinct
        months_with_cases.assessment_month,
        coalesce(districts.assessment_group_code, 'none')
            as assessment_group_code,
        districts.district_code,
        districts.is_ranked
    from months_with_cases
    inner join districts as own_districts
        on months_with_cases.district_code = own_districts.district_code
    inner join districts
        on own_districts.city_code is not distinct from districts.city_code
),

expected as (
    select * from district_months
    union all
    select distinct
        assessment_month,
        assessment_group_code,
        'all' as district_code,
        false as is_ranked
    from district_months
)

{% for mart, condition in marts.items() %}
select
    '{{ mart }}' as mart,
    expected.assessment_month,
    expected.assessment_group_code,
    expected.district_code
from expected
where
    {{ condition }}
    and not exists (
        select 1 as found
        from {{ ref(mart) }} as mart
        where
            mart.assessment_month = expected.assessment_month
            and mart.assessment_group_code = expected.assessment_group_code
            {%- if condition != "district_code = 'all'" %}
            and mart.district_code = expected.district_code
            {%- endif %}
    )
{{ 'union all' if not loop.last }}
{% endfor %}
