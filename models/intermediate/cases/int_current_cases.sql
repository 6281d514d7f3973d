-- One row per case: its current version, with what reference data gives it.
with

cases as (select * from {{ ref('stg_cases') }}),

case_categories as (select * from {{ ref('int_case_categories') }}),

districts as (select * from {{ ref('int_districts') }}),

months as (select * from {{ ref('int_assessment_months') }})

select
    cases.assessment_month,
    months.cutoff_at,
    cases.case_id,
    cases.source_code,
    cases.platform_code,
    cases.dispatch_target_code,
    coalesce(cases.department_code, 'none') as department_code,
    districts.assessment_group_code,
    cases.district_code,
    coalesce(cases.street_code, 'none') as street_code,
    coalesce(cases.community_code, 'none') as community_code,
    coalesce(cases.grid_code, 'none') as grid_code,
    case
        when cases.is_complaint_response then 'complaint_response'
        else case_categories.class_code
    end as class_code,
    cases.category_code,
    coalesce(cases.handler_role_code, 'none') as handler_role_code,
    cases.supervisor_code,
    cases.reporter_key,
    cases.base_case_count,
    cases.rework_count,
    cases.is_complaint_response,
    coalesce(cases.is_key, case_categories.is_key) as is_key,
    cases.is_void,
    cases.registered_at,
    cases.due_at,
    cases.extended_due_at,
    cases.deferred_until,
    cases.handled_at,
    cases.closed_at,
    cases.updated_at,
    cases.load_id,
    case_categories.limit_seconds,
    case_categories.is_working_limit
from cases
inner join months
    on cases.assessment_month = months.assessment_month
inner join case_categories
    on cases.category_code = case_categories.category_code
inner join districts
    on cases.district_code = districts.district_code
where cases.row_status_code = 'accepted'
