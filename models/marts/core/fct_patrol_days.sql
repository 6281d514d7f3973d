{{ built_by_month('patrols', follows_cutoff=true) }}

-- One row per district, grid and day of patrol.
select
    assessment_month,
    cutoff_at,
    assessment_group_code,
    district_code,
    grid_code,
    patrol_date,
    required_pass_count,
    completed_pass_count,
    is_required,
    is_covered,
    is_counted,
    load_id
from {{ ref('int_patrol_days') }}
where {{ is_month_to_build('assessment_month', is_date=true) }}
