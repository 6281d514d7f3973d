{{ config(tags=['checks_months']) }}

-- The declared key (config.meta.grain) of every staging and intermediate model:
-- never NULL, never repeated. One test for all, because each node costs a build
-- time; the marts have theirs in trusted_mart. The models between case versions
-- and fct_cases, and those behind fct_omission_checks and fct_patrol_days, keep
-- one row per row of these facts, whose keys are theirs; those around
-- int_relation_terms repeat its keys or those of bulletin_audit_findings, and
-- int_rejected_rows those of rejected_rows.
{%- set models = [
    'stg_assessment_periods', 'stg_case_categories', 'stg_case_sources',
    'stg_districts', 'stg_indicator_assessments',
    'stg_indicator_deductions', 'stg_indicators', 'stg_mechanisms',
    'stg_satellite_findings',
    'stg_whistles', 'stg_working_calendar', 'stg_working_hours',
    'int_assessment_months', 'int_backlog_age_bands', 'int_case_categories',
    'int_case_loads', 'int_case_sources', 'int_landed_files',
    'int_district_months', 'int_districts',
    'int_figure_codes', 'int_indicator_awards', 'int_indicator_deductions',
    'int_indicators',
    'int_landed_rows', 'int_month_indicators', 'int_month_inputs',
    'int_month_mechanisms', 'int_month_rules',
    'int_relation_terms',
    'int_rule_parameters', 'int_satellite_findings', 'int_whistles',
    'int_working_periods',
] %}
{%- set datasets_by_model = {
    'stg_case_versions': 'cases', 'stg_omission_checks': 'omission_checks',
    'stg_patrols': 'patrols', 'int_repeated_keys': 'cases',
} %}
{% for model in models + datasets_by_model.keys() | list %}
{%- set relation = ref(model) %}
{%- if execute %}
{%- set grain = model_grain(model) %}
select
    '{{ model }}' as model_name,
    concat_ws(
        '|'
        {%- for column in grain %},
        coalesce(cast({{ column }} as string), 'NULL')
        {%- endfor %}
    ) as repeated_or_null_key
from {{ relation }}
{%- if model in datasets_by_model %}
where {{ is_month_to_check(
    'landed_month', is_date=false, dataset=datasets_by_model[model]
) }}
{%- elif model == 'int_relation_terms' %}
where {{ is_month_to_check('assessment_month', dataset='marts') }}
{%- endif %}
group by {{ grain | join(', ') }}
having
    count(*) > 1
    {%- for column in grain %}
    or {{ column }} is null
    {%- endfor %}
{{ 'union all' if not loop.last }}
{%- endif %}
{% endfor %}
