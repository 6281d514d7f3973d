{{ config(materialized='ephemeral') }}

-- One row per district, grid and day of patrol: the current row; it counts when
-- its time is not after the cutoff.
with

patrols as (select * from {{ ref('stg_patrols') }}),

districts as (select * from {{ ref('int_districts') }}),

months as (select * from {{ ref('int_assessment_months') }})

select
    patrols.assessment_month,
    months.cutoff_at,
    districts.assessment_group_code,
    patrols.district_code,
    patrols.grid_code,
    patrols.patrol_date,
    patrols.required_pass_count,
    patrols.completed_pass_count,
    coalesce(patrols.patrol_date <= months.cutoff_at, false) as is_counted,
    patrols.required_pass_count > 0 as is_required,
    (
        patrols.required_pass_count > 0
        and patrols.completed_pass_count >= patrols.required_pass_count
    ) as is_covered,
    patrols.load_id
from patrols
inner join districts
    on patrols.district_code = districts.district_code
left join months
    on patrols.assessment_month = months.assessment_month
where patrols.row_status_code = 'accepted'
