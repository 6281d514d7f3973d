-- One row per month, assessment group, source and case type.
with

case_counts as (select * from {{ ref('fct_monthly_case_counts') }}),

district_months as (select * from {{ ref('int_district_months') }}),

case_sources as (select * from {{ ref('dim_case_sources') }}),

group_months as (
    select
        assessment_month,
        assessment_group_code
    from district_months
    where district_code = 'all'
),

counts_by_source as (
    {{ sum_counts_by(
        'case_counts',
        by=['assessment_month', 'assessment_group_code', 'source_code'],
        or_all=['case_type_code']
    ) | indent(4) }}
),

completed_with_spine as (
    select
        group_months.assessment_month,
        group_months.assessment_group_code,
        case_sources.source_code,
        case_types.case_type_code,
        {{ zero_filled('counts_by_source') | indent(8) }}
    from group_months
    cross join case_sources
    cross join {{ case_types() }} as case_types
    left join counts_by_source
        on
            group_months.assessment_month = counts_by_source.assessment_month
            and group_months.assessment_group_code
            = counts_by_source.assessment_group_code
            and case_sources.source_code = counts_by_source.source_code
            and case_types.case_type_code = counts_by_source.case_type_code
),

counts_with_whole as (
    select
        *,
        cast(sum(registered_count) over (
            partition by
                assessment_month, assessment_group_code, case_type_code
        ) as bigint) as group_registered_count
    from completed_with_spine
)

select
    *,
    {{ case_rates() | indent(4) }},
    {{ rate('registered_count', 'group_registered_count') }}
        as registered_share
from counts_with_whole
