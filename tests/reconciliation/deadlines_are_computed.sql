{{ config(tags=['checks_months']) }}

-- A case without due dates whose category has a limit has a deadline: where it
-- has none, the working calendar or the working hours do not reach far enough.
with

cases as (select * from {{ ref('fct_cases') }}),

case_categories as (select * from {{ ref('stg_case_categories') }})

select
    cases.case_id,
    cases.registered_at,
    cases.category_code,
    case_categories.limit_value,
    case_categories.limit_unit
from cases
inner join case_categories
    on cases.category_code = case_categories.category_code
where
    {{ is_month_to_check('cases.assessment_month') }}
    and case_categories.limit_value is not null
    and cases.deadline_at is null
