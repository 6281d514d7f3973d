-- One row per month, assessment group and district (or `all`).
with

district_months as (select * from {{ ref('int_district_months') }}),

satellite_findings as (select * from {{ ref('fct_satellite_findings') }}),

counted_findings as (
    select
        assessment_month,
        assessment_group_code,
        district_code,
        1 as finding_count,
        case when is_checked then 1 else 0 end as checked_count,
        case when is_checked and is_handled then 1 else 0 end as handled_count,
        case
            when is_checked and not is_handled then 1
            else 0
        end as unhandled_count,
        area_m2
    from satellite_findings
    where is_counted
),

findings_by_district as (
    {{ sum_counts_by(
        'counted_findings',
        by=['assessment_month', 'assessment_group_code'],
        or_all=['district_code'],
        counts=[
            'finding_count',
            'checked_count',
            'handled_count',
            'unhandled_count',
        ]
    ) | indent(4) }}
),

areas_by_district as (
    select
        assessment_month,
        assessment_group_code,
        coalesce(district_code, 'all') as district_code,
        cast(sum(area_m2) as decimal(18, 1)) as area_m2
    from counted_findings
    group by
        assessment_month,
        assessment_group_code,
        cube(district_code)
),

completed_with_spine as (
    select
        district_months.assessment_month,
        district_months.assessment_group_code,
        district_months.district_code,
        district_months.district_name,
        {{ zero_filled(
            'findings_by_district',
            [
                'finding_count',
                'checked_count',
                'handled_count',
                'unhandled_count',
            ]
        ) | indent(8) }},
        coalesce(
            areas_by_district.area_m2, cast(0 as decimal(18, 1))
        ) as area_m2
    from district_months
    left join findings_by_district
        on
            district_months.assessment_month
            = findings_by_district.assessment_month
            and district_months.assessment_group_code
            = findings_by_district.assessment_group_code
            and district_months.district_code
            = findings_by_district.district_code
    left join areas_by_district
        on
            district_months.assessment_month
            = areas_by_district.assessment_month
            and district_months.assessment_group_code
            = areas_by_district.assessment_group_code
            and district_months.district_code = areas_by_district.district_code
)

select
    *,
    {{ rate('checked_count', 'finding_count') }} as checked_rate,
    {{ rate('handled_count', 'checked_count') }} as handled_rate
from completed_with_spine
