{{ built_by_month('cases') }}

-- One row per month, district, street, department, class and key flag.
with

cases as (select * from {{ ref('fct_cases') }})

select
    assessment_month,
    assessment_group_code,
    district_code,
    street_code,
    department_code,
    class_code,
    is_key,
    case when is_key then 'key' else 'routine' end as case_type_code,
    {{ count_cases() }}
from cases
where {{ is_month_to_build('assessment_month', is_date=true) }}
group by
    assessment_month,
    assessment_group_code,
    district_code,
    street_code,
    department_code,
    class_code,
    is_key
