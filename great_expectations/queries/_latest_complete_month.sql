-- One row, or none: the latest month whose cutoff the delivered data reach, those of every city
-- that has cases of it. A month that is still running is not held against its history by the
-- expectations that stop a build.
with

newest_by_district as (
    select
        district_code,
        max(updated_at) as newest_updated_at
    from marts.fct_cases
    group by district_code
),

newest_by_city as (
    select
        districts.city_code,
        max(newest_by_district.newest_updated_at) as newest_updated_at
    from newest_by_district
    inner join marts.dim_districts as districts
        on newest_by_district.district_code = districts.district_code
    group by districts.city_code
),

city_months as (
    select distinct
        case_counts.assessment_month,
        districts.city_code
    from marts.fct_monthly_case_counts as case_counts
    inner join marts.dim_districts as districts
        on case_counts.district_code = districts.district_code
)

select max(months.assessment_month) as assessment_month
from marts.dim_assessment_months as months
where
    months.cutoff_at - to_days($tolerated_day_count) <= (
        select max(newest_updated_at) from newest_by_district
    )
    and not exists (
        select 1 as running
        from city_months
        inner join newest_by_city
            on city_months.city_code = newest_by_city.city_code
        where
            city_months.assessment_month = months.assessment_month
            and newest_by_city.newest_updated_at
            < months.cutoff_at - to_days($tolerated_day_count)
    )
having max(months.assessment_month) is not null
