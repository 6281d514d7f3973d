-- The departments of a month add up to all its cases.
with

departments as (select * from {{ ref('department_closure_monthly') }}),

case_totals as (select * from {{ ref('case_totals_monthly') }}),

whole as (
    select
        assessment_month,
        {{- sum_counts() | indent(4) }}
    from case_totals
    where case_type_code = 'all'
    group by assessment_month
),

parts as (
    select
        assessment_month,
        {{- sum_counts() | indent(4) }}
    from departments
    group by assessment_month
)

select
    whole.assessment_month,
    whole.registered_count,
    parts.registered_count as parts_registered_count
from whole
full outer join parts
    on whole.assessment_month = parts.assessment_month
where
    (
        {%- for count in case_counts() %}
        {{ 'and ' if not loop.first }}whole.{{ count }} = parts.{{ count }}
        {%- endfor %}
    ) is not true
