{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    meta={'built_by_month': 'cases'},
    pre_hook="{{ drop_changed_months('assessment_month') }}",
    post_hook="{{ record_built_months() }}"
) }}

-- One row per case: its current version, void cases included with their flag.
select
    assessment_month,
    cutoff_at,
    case_id,
    source_code,
    platform_code,
    dispatch_target_code,
    department_code,
    assessment_group_code,
    district_code,
    street_code,
    community_code,
    grid_code,
    class_code,
    category_code,
    handler_role_code,
    timeliness_code,
    supervisor_code,
    reporter_key,
    base_case_count,
    rework_count,
    hours_to_close,
    is_complaint_response,
    is_key,
    is_void,
    is_closed,
    is_should_close,
    registered_at,
    due_at,
    extended_due_at,
    deferred_until,
    deadline_at,
    handled_at,
    closed_at,
    updated_at,
    load_id
from {{ ref('int_case_states') }}
where {{ is_month_to_build('assessment_month', is_date=true) }}
