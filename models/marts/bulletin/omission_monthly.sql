{{ built_by_month('marts') }}

-- One row per month, assessment group, district (or `all`) and case type.
{%- set is_month_to_build = is_month_to_build(
    'assessment_month', is_date=true
) %}
with

case_counts as (
    select * from {{ ref('fct_monthly_case_counts') }}
    where {{ is_month_to_build }}
),

district_months as (
    select * from {{ ref('int_district_months') }}
    where {{ is_month_to_build }}
),

omission_checks as (
    select * from {{ ref('fct_omission_checks') }}
    where {{ is_month_to_build }}
),

rule_parameters as (select * from {{ ref('int_rule_parameters') }}),

counted_checks as (
    select
        assessment_month,
        assessment_group_code,
        district_code,
        case_type_code,
        cast(1 as bigint) as checked_count,
        cast(case when is_omitted then 1 else 0 end as bigint) as omitted_count
    from omission_checks
    where is_counted
),

checks_by_district as (
    {{ sum_counts_by(
        'counted_checks',
        by=['assessment_month', 'assessment_group_code'],
        or_all=['district_code', 'case_type_code'],
        counts=['checked_count', 'omitted_count']
    ) | indent(4) }}
),

cases_by_district as (
    {{ sum_counts_by(
        'case_counts',
        by=['assessment_month', 'assessment_group_code'],
        or_all=['district_code', 'case_type_code'],
        counts=['registered_count']
    ) | indent(4) }}
),

completed_with_spine as (
    select
        district_months.assessment_month,
        district_months.assessment_group_code,
        district_months.district_code,
        case_types.case_type_code,
        district_months.district_name,
        coalesce(checks_by_district.checked_count, 0) as checked_count,
        coalesce(checks_by_district.omitted_count, 0) as omitted_count,
        coalesce(cases_by_district.registered_count, 0) as registered_count,
        cast(rule_parameters.parameter_value as double) as wilson_z
    from district_months
    cross join {{ case_types() }} as case_types
    left join checks_by_district
        on
            district_months.assessment_month
            = checks_by_district.assessment_month
            and district_months.assessment_group_code
            = checks_by_district.assessment_group_code
            and district_months.district_code
            = checks_by_district.district_code
            and case_types.case_type_code = checks_by_district.case_type_code
    left join cases_by_district
        on
            district_months.assessment_month
            = cases_by_district.assessment_month
            and district_months.assessment_group_code
            = cases_by_district.assessment_group_code
            and district_months.district_code = cases_by_district.district_code
            and case_types.case_type_code = cases_by_district.case_type_code
    left join rule_parameters
        on
            district_months.assessment_month
            = rule_parameters.assessment_month
            and rule_parameters.parameter_code = 'wilson_z'
)

select
    assessment_month,
    assessment_group_code,
    district_code,
    case_type_code,
    district_name,
    checked_count,
    omitted_count,
    registered_count,
    {{ rate('omitted_count', 'checked_count') }} as sample_omission_rate,
    {{ wilson_bound('omitted_count', 'checked_count', 'wilson_z', '-') }}
        as omission_low,
    {{ wilson_bound('omitted_count', 'checked_count', 'wilson_z', '+') }}
        as omission_high,
    {{ rate('omitted_count', 'registered_count', can_exceed_one=true) }}
        as omission_rate
from completed_with_spine
