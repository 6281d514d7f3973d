{#
    The month that an analysis looks at, as a date: the variable `analysis_month`
    (2021-03 or 2021-03-01), by default the latest month that has cases.
#}
{% macro analysis_month() -%}
    {%- set month = var('analysis_month', none) -%}
    {%- if month is none -%}
        (select max(assessment_month) from {{ ref('dim_assessment_months') }})
    {%- elif modules.re.fullmatch('\d{4}-\d{2}(-\d{2})?', month | string) -%}
        cast('{{ (month | string)[:7] }}-01' as date)
    {%- else -%}
        {{ exceptions.raise_compiler_error(
            "analysis_month is '" ~ month ~ "' and not a month like 2021-03"
        ) }}
    {%- endif -%}
{%- endmacro %}
