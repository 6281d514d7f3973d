{# A query of the cases that several landed rows have. #}
{% macro repeated_case_ids() -%}
    select distinct case_id
    from {{ ref('int_repeated_cases') }}
{%- endmacro %}

{#
    Conditions on the landed rows of cases that have to be judged: those of the
    months to build; of other months, the versions of the cases that the months to
    build share with them.
#}
{% macro case_rows_to_judge(is_month_to_build) -%}
    {%- if is_month_to_build == 'true' -%}{{ return(['true']) }}{%- endif -%}
    {%- set repeated_cases = ref('int_repeated_cases') -%}
    {%- set shared_cases = 'select case_id from ' ~ repeated_cases ~ ' where ' ~ is_month_to_build -%}
    {%- set other_months = run_query(
        'select distinct landed_month from ' ~ repeated_cases ~ ' where case_id in (' ~ shared_cases
        ~ ') and not (' ~ is_month_to_build ~ ') order by 1'
    ).columns[0].values() | list -%}
    {{ return([
        is_month_to_build,
        is_one_of_months('landed_month', other_months) ~ ' and case_id in (' ~ shared_cases ~ ')',
    ]) }}
{%- endmacro %}
