{# The codes of all measures that an indicator may name. #}
{% macro measure_codes() %}
    {{ return([
        'closure_rate',
        'on_time_closure_rate',
        'rework_rate',
        'key_case_closure_rate',
        'municipal_dispatch_closure_rate',
        'district_platform_closure_rate',
        'grid_member_closure_rate',
        'grid_member_participation_rate',
        'key_sample_omission_rate',
        'sample_omission_rate',
        'patrol_coverage_rate',
        'category_coverage_rate',
        'satellite_unhandled_count',
    ]) }}
{% endmacro %}

{# One measure of every district as rows: which counts of which relation, under which condition. #}
{% macro measure(measure_code, relation, numerator, denominator, condition='true') -%}
    {%- if measure_code not in measure_codes() -%}
        {{ exceptions.raise_compiler_error(measure_code ~ ': name it in measure_codes as well') }}
    {%- endif -%}
    select
        assessment_month,
        assessment_group_code,
        district_code,
        '{{ measure_code }}' as measure_code,
        {{ numerator }} as numerator,
        {{ denominator }} as denominator
    from {{ relation }}
    where
        {{ condition }}
        and district_code not in ('all', 'none')
{%- endmacro %}
