-- One row per category.
select
    category_code,
    category_name,
    category_group_code,
    category_group_name,
    class_code,
    limit_value,
    limit_unit,
    is_key,
    is_street_order
from {{ ref('int_case_categories') }}
