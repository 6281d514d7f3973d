-- One row per omission check.
select
    assessment_month,
    cutoff_at,
    check_id,
    assessment_group_code,
    district_code,
    grid_code,
    category_code,
    case_type_code,
    is_key,
    is_omitted,
    is_counted,
    checked_at,
    load_id
from {{ ref('int_omission_checks') }}
