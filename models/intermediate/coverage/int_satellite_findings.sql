{{ config(materialized='ephemeral') }}

-- One row per satellite finding: the current row; it counts when its time is
-- not after the cutoff.
with

satellite_findings as (select * from {{ ref('stg_satellite_findings') }}),

districts as (select * from {{ ref('int_districts') }}),

months as (select * from {{ ref('int_assessment_months') }})

select
    satellite_findings.assessment_month,
    months.cutoff_at,
    satellite_findings.finding_id,
    districts.assessment_group_code,
    satellite_findings.district_code,
    satellite_findings.area_m2,
    satellite_findings.is_checked,
    satellite_findings.is_handled,
    satellite_findings.found_at,
    coalesce(
        satellite_findings.found_at <= months.cutoff_at, false
    ) as is_counted,
    satellite_findings.load_id
from satellite_findings
inner join districts
    on satellite_findings.district_code = districts.district_code
left join months
    on satellite_findings.assessment_month = months.assessment_month
where satellite_findings.row_status_code = 'accepted'
