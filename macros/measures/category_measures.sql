{#
    The measures that count single cases or checks, by category: one SELECT with
    month, district, category, measure_code, numerator and denominator, which add
    up to those of the measure. Both relations are CTEs of the caller; each is
    read once. Measures of patrols, covered categories and findings have none.
#}
{% macro category_measures(case_counts, omission_checks) -%}
    {%- set closure = ['closed_count', 'registered_count'] -%}
    {%- set of_cases = {
        'closure_rate': closure + ['true'],
        'on_time_closure_rate': ['on_time_count', 'should_close_count', 'true'],
        'rework_rate': ['reworked_count', 'should_close_count', 'true'],
        'key_case_closure_rate': closure + ['is_key'],
        'municipal_dispatch_closure_rate': closure + [
            "platform_code = 'municipal' and dispatch_target_code = 'district'"
        ],
        'district_platform_closure_rate': closure + ["platform_code = 'district'"],
        'grid_member_closure_rate': closure + ["handler_role_code <> 'none'"],
        'grid_member_participation_rate': [
            "case when handler_role_code <> 'none' then registered_count else 0 end",
            'registered_count', 'true'
        ],
    } -%}
    {%- set checks = ['omitted_count', 'checked_count'] -%}
    {%- set of_checks = {
        'key_sample_omission_rate': checks + ['is_key'],
        'sample_omission_rate': checks + ['true'],
    } -%}
    select
        assessment_month,
        district_code,
        category_code,
        measure_code,
        numerator,
        denominator
    from (
        {{ measures_of_categories(case_counts, of_cases) | indent(8) }}
        union all
        {{ measures_of_categories(omission_checks, of_checks) | indent(8) }}
    ) as category_measures
    where denominator > 0
{%- endmacro %}

{# Measures of one relation as rows: summed side by side in one scan, then one row each. #}
{% macro measures_of_categories(relation, measures) -%}
    select
        assessment_month,
        district_code,
        category_code,
        measure_codes.measure_code,
        cast(
            case measure_codes.measure_code
                {%- for measure_code in measures %}
                when '{{ measure_code }}' then numerator_{{ loop.index }}
                {%- endfor %}
            end as bigint
        ) as numerator,
        cast(
            case measure_codes.measure_code
                {%- for measure_code in measures %}
                when '{{ measure_code }}' then denominator_{{ loop.index }}
                {%- endfor %}
            end as bigint
        ) as denominator
    from (
        select
            assessment_month,
            district_code,
            category_code,
            {%- for numerator, denominator, condition in measures.values() %}
            sum({{ numerator }}) filter (where {{ condition }}) as numerator_{{ loop.index }},
            sum({{ denominator }}) filter (where {{ condition }}) as denominator_{{ loop.index }}{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ relation }}
        group by
            assessment_month,
            district_code,
            category_code
    ) as summed
    cross join {{ code_list('measure_code', measures) }} as measure_codes
{%- endmacro %}

{#
    What an indicator counts against its district, from the counts of its measure:
    under a rate what the numerator lacks, under an inverse rate or a deduction
    the numerator itself; zero without data.
#}
{% macro failing_count(scoring_method, numerator, denominator) -%}
    case
        when {{ scoring_method }} in ('rate', 'target_rate')
            then coalesce({{ denominator }} - {{ numerator }}, 0)
        else coalesce({{ numerator }}, 0)
    end
{%- endmacro %}
