{{ config(materialized='ephemeral') }}

-- One row per whistle: the current row; it counts when its time is not after
-- the cutoff.
with

whistles as (select * from {{ ref('stg_whistles') }}),

districts as (select * from {{ ref('int_districts') }}),

months as (select * from {{ ref('int_assessment_months') }})

select
    whistles.assessment_month,
    months.cutoff_at,
    whistles.whistle_id,
    districts.assessment_group_code,
    whistles.district_code,
    whistles.level_code,
    whistles.blown_at,
    whistles.answered_at,
    whistles.resolved_at,
    coalesce(whistles.blown_at <= months.cutoff_at, false) as is_counted,
    coalesce(
        whistles.answered_at <= months.cutoff_at, false
    ) as is_answered,
    coalesce(
        whistles.resolved_at <= months.cutoff_at, false
    ) as is_resolved,
    whistles.load_id
from whistles
inner join districts
    on whistles.district_code = districts.district_code
left join months
    on whistles.assessment_month = months.assessment_month
where whistles.row_status_code = 'accepted'
