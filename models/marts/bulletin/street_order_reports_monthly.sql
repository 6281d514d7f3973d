-- One row per month, assessment group and district (or `all`): street order
-- cases that the municipal tier's supervisors reported.
with

case_counts as (select * from {{ ref('fct_monthly_case_counts') }}),

case_categories as (select * from {{ ref('dim_case_categories') }}),

case_sources as (select * from {{ ref('dim_case_sources') }}),

district_months as (select * from {{ ref('int_district_months') }}),

months as (select * from {{ ref('int_assessment_months') }}),

street_order_counts as (
    select case_counts.*
    from case_counts
    inner join case_categories
        on case_counts.category_code = case_categories.category_code
    inner join case_sources
        on case_counts.source_code = case_sources.source_code
    where
        case_categories.is_street_order
        and case_sources.tier_code = 'municipal'
),

counts_by_district as (
    {{ sum_counts_by(
        'street_order_counts',
        by=['assessment_month', 'assessment_group_code'],
        or_all=['district_code']
    ) | indent(4) }}
),

completed_with_spine as (
    select
        district_months.assessment_month,
        district_months.assessment_group_code,
        district_months.district_code,
        district_months.district_name,
        months.previous_month,
        {{ zero_filled('counts_by_district') | indent(8) }}
    from district_months
    inner join months
        on district_months.assessment_month = months.assessment_month
    left join counts_by_district
        on
            district_months.assessment_month
            = counts_by_district.assessment_month
            and district_months.assessment_group_code
            = counts_by_district.assessment_group_code
            and district_months.district_code = counts_by_district.district_code
),

compared_with_previous as (
    select
        this_month.assessment_month,
        this_month.assessment_group_code,
        this_month.district_code,
        this_month.district_name,
        {%- for count in case_counts() %}
        this_month.{{ count }},
        {%- endfor %}
        previous_month.registered_count as previous_registered_count,
        this_month.registered_count
        - previous_month.registered_count as registered_change_count
    from completed_with_spine as this_month
    left join completed_with_spine as previous_month
        on
            this_month.previous_month = previous_month.assessment_month
            and this_month.assessment_group_code
            = previous_month.assessment_group_code
            and this_month.district_code = previous_month.district_code
)

select
    *,
    {{ case_rates() | indent(4) }},
    {{ rate(
        'registered_change_count',
        'previous_registered_count',
        can_exceed_one=true
    ) }} as change_rate
from compared_with_previous
