{{ config(materialized='ephemeral') }}

-- One row per omission check: the current row; it counts when its time is not
-- after the cutoff.
with

omission_checks as (select * from {{ ref('stg_omission_checks') }}),

districts as (select * from {{ ref('int_districts') }}),

months as (select * from {{ ref('int_assessment_months') }})

select
    omission_checks.assessment_month,
    months.cutoff_at,
    omission_checks.check_id,
    districts.assessment_group_code,
    omission_checks.district_code,
    coalesce(omission_checks.grid_code, 'none') as grid_code,
    omission_checks.category_code,
    case
        when omission_checks.is_key then 'key'
        else 'routine'
    end as case_type_code,
    omission_checks.is_key,
    omission_checks.is_omitted,
    omission_checks.checked_at,
    coalesce(
        omission_checks.checked_at <= months.cutoff_at, false
    ) as is_counted,
    omission_checks.load_id
from omission_checks
inner join districts
    on omission_checks.district_code = districts.district_code
left join months
    on omission_checks.assessment_month = months.assessment_month
where omission_checks.row_status_code = 'accepted'
