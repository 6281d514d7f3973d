{{ built_by_month('patrols', month_column='landed_month') }}

-- One row per landed row of patrols: accepted, superseded or rejected.
{%- set is_month_to_build = is_month_to_build('landed_month') %}
with

districts as (select * from {{ ref('stg_districts') }}),

{{ judged_rows('patrols',
    repeated_keys=repeated_keys_of('patrols', is_month_to_build),
    row_sets=rows_to_judge('patrols', is_month_to_build)
) }}

select
    load_id,
    folder_month,
    landed_month,
    row_number,
    natural_key,
    district_code,
    grid_code,
    patrol_date,
    required_pass_count,
    completed_pass_count,
    own_month as assessment_month,
    row_status_code,
    reason_codes,
    raw_row
from all_rows
where {{ is_month_to_build }}
