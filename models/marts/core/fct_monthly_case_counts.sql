{{ built_by_month('cases') }}

-- One row per month, district, source, platform, dispatch target, class,
-- category, key flag and handler role: the additive counts that every rate is
-- made from.
with

cases as (select * from {{ ref('fct_cases') }})

select
    assessment_month,
    assessment_group_code,
    district_code,
    source_code,
    platform_code,
    dispatch_target_code,
    class_code,
    category_code,
    is_key,
    handler_role_code,
    case when is_key then 'key' else 'routine' end as case_type_code,
    {{ count_cases() }},
    cast(
        count(*) filter (
            where not is_void and timeliness_code = 'not_due'
        ) as bigint
    ) as not_due_count,
    cast(
        count(*) filter (
            where not is_void and timeliness_code = 'no_deadline'
        ) as bigint
    ) as no_deadline_count
from cases
where {{ is_month_to_build('assessment_month', is_date=true) }}
group by
    assessment_month,
    assessment_group_code,
    district_code,
    source_code,
    platform_code,
    dispatch_target_code,
    class_code,
    category_code,
    is_key,
    handler_role_code
