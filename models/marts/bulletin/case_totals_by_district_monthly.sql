-- One row per month, district and case type (key, routine, all).
with

case_counts as (select * from {{ ref('fct_monthly_case_counts') }}),

district_months as (select * from {{ ref('int_district_months') }}),

counts_by_district as (
    {{ sum_counts_by(
        'case_counts',
        by=['assessment_month', 'district_code'],
        or_all=['case_type_code']
    ) | indent(4) }}
),

completed_with_spine as (
    select
        district_months.assessment_month,
        district_months.assessment_group_code,
        district_months.district_code,
        case_types.case_type_code,
        district_months.district_name,
        {{ zero_filled('counts_by_district') | indent(8) }}
    from district_months
    cross join {{ case_types() }} as case_types
    left join counts_by_district
        on
            district_months.assessment_month
            = counts_by_district.assessment_month
            and district_months.district_code
            = counts_by_district.district_code
            and case_types.case_type_code = counts_by_district.case_type_code
    where district_months.district_code <> 'all'
)

select
    *,
    {{ case_rates() | indent(4) }}
from completed_with_spine
