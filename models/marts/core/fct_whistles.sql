-- One row per whistle.
select
    assessment_month,
    cutoff_at,
    whistle_id,
    assessment_group_code,
    district_code,
    level_code,
    is_answered,
    is_resolved,
    is_counted,
    blown_at,
    answered_at,
    resolved_at,
    load_id
from {{ ref('int_whistles') }}
