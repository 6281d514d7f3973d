{{ config(materialized='ephemeral') }}

-- One row per category, with its limit in whole seconds of working or calendar
-- time: the first second at which it is used up.
with

case_categories as (select * from {{ ref('stg_case_categories') }}),

working_periods as (select * from {{ ref('stg_working_hours') }}),


working_day as (
    select
        cast(
            sum(
                {{ second_of_day('end_time') }}
                - {{ second_of_day('start_time') }}
            ) as integer
        ) as working_seconds
    from working_periods
)

select
    case_categories.category_code,
    case_categories.category_name,
    case_categories.category_group_code,
    case_categories.category_group_name,
    case_categories.class_code,
    case_categories.limit_value,
    case_categories.limit_unit,
    cast(
        ceil(
            case_categories.limit_value
            * case case_categories.limit_unit
                when 'working_days' then working_day.working_seconds
                when 'calendar_days' then 86400
                else 3600
            end
        ) as bigint
    ) as limit_seconds,
    case_categories.is_key,
    case_categories.is_street_order,
    coalesce(
        case_categories.limit_unit in ('working_hours', 'working_days'), false
    ) as is_working_limit
from case_categories
cross join working_day
