-- One row per month, district, source and case type.
with

case_counts as (select * from {{ ref('fct_monthly_case_counts') }}),

district_months as (select * from {{ ref('int_district_months') }}),

case_sources as (select * from {{ ref('dim_case_sources') }}),

counts_by_district_source as (
    {{ sum_counts_by(
        'case_counts',
        by=['assessment_month', 'district_code', 'source_code'],
        or_all=['case_type_code']
    ) | indent(4) }}
),

completed_with_spine as (
    select
        district_months.assessment_month,
        district_months.assessment_group_code,
        district_months.district_code,
        case_sources.source_code,
        case_types.case_type_code,
        district_months.district_name,
        {{ zero_filled('counts_by_district_source') | indent(8) }}
    from district_months
    cross join case_sources
    cross join {{ case_types() }} as case_types
    left join counts_by_district_source
        on
            district_months.assessment_month
            = counts_by_district_source.assessment_month
            and district_months.district_code
            = counts_by_district_source.district_code
            and case_sources.source_code
            = counts_by_district_source.source_code
            and case_types.case_type_code
            = counts_by_district_source.case_type_code
    where district_months.district_code <> 'all'
),

counts_with_whole as (
    select
        *,
        cast(sum(registered_count) over (
            partition by assessment_month, district_code, case_type_code
        ) as bigint) as district_registered_count
    from completed_with_spine
)

select
    *,
    {{ case_rates() | indent(4) }},
    {{ rate('registered_count', 'district_registered_count') }}
        as registered_share
from counts_with_whole
