-- One row per satellite finding.
select
    assessment_month,
    cutoff_at,
    finding_id,
    assessment_group_code,
    district_code,
    area_m2,
    is_checked,
    is_handled,
    is_counted,
    found_at,
    load_id
from {{ ref('int_satellite_findings') }}
