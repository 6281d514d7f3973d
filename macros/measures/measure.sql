{# One measure of every district as rows: which counts of which relation, under which condition. #}
{% macro measure(measure_code, relation, numerator, denominator, condition='true') -%}
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
