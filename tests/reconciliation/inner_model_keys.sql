-- The declared key (config.meta.grain) of every staging and intermediate model:
-- never NULL, never repeated. One test for all, because each node costs a build
-- time; the marts have theirs in trusted_mart.
{%- set models = [
    'stg_assessment_periods', 'stg_case_categories', 'stg_case_sources',
    'stg_cases', 'stg_districts', 'stg_indicator_assessments',
    'stg_indicator_deductions', 'stg_indicators', 'stg_mechanisms',
    'stg_omission_checks', 'stg_patrols', 'stg_satellite_findings',
    'stg_whistles', 'stg_working_calendar', 'stg_working_hours',
    'int_assessment_months', 'int_backlog_age_bands', 'int_case_categories',
    'int_case_deadlines', 'int_case_sources', 'int_case_states',
    'int_current_cases', 'int_district_months', 'int_districts',
    'int_figure_codes', 'int_indicator_awards', 'int_indicators',
    'int_landed_rows', 'int_month_indicators', 'int_month_mechanisms',
    'int_month_rules',
    'int_omission_checks', 'int_patrol_days', 'int_rejected_rows',
    'int_rule_parameters', 'int_satellite_findings', 'int_whistles',
    'int_working_periods',
] %}
{% for model in models %}
{%- set relation = ref(model) %}
{%- if execute %}
{%- set grain = model_grain(model) %}
select
    '{{ model }}' as model_name,
    concat_ws(
        '|'
        {%- for column in grain %},
        coalesce(cast({{ column }} as varchar), 'NULL')
        {%- endfor %}
    ) as repeated_or_null_key
from {{ relation }}
group by {{ grain | join(', ') }}
having
    count(*) > 1
    {%- for column in grain %}
    or {{ column }} is null
    {%- endfor %}
{{ 'union all' if not loop.last }}
{%- endif %}
{% endfor %}
