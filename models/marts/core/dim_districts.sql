-- One row per district.
select
    city_code,
    district_code,
    district_name,
    assessment_group_code,
    required_category_count,
    is_ranked
from {{ ref('int_districts') }}
