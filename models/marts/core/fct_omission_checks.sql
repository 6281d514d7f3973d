{{ built_by_month('omission_checks', follows_cutoff=true) }}

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
where {{ is_month_to_build('assessment_month', is_date=true) }}
