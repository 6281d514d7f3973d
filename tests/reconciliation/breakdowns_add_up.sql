-- Parts = whole: every breakdown of the cases adds up to the totals of its
-- assessment group and case type; so any two of them agree with each other. The
-- departments, which know no group, add up to all groups of a city's month.
{%- set breakdowns = {
    'case_totals_by_class_monthly': ["'all'", 'true'],
    'case_totals_by_source_monthly': ['case_type_code', 'true'],
    'case_totals_by_category_monthly': ['case_type_code', "class_code = 'all'"],
    'case_totals_by_district_monthly': ['case_type_code', 'true'],
    'case_totals_by_district_source_monthly': ['case_type_code', 'true'],
    'platform_closure_monthly': [
        "'all'", "dispatch_target_code = 'all' and district_code = 'all'"
    ],
    'street_closure_monthly': ["'all'", 'true'],
} %}
with

case_totals as (select * from {{ ref('case_totals_monthly') }}),

departments as (select * from {{ ref('department_closure_monthly') }}),

districts as (select * from {{ ref('dim_districts') }}),

breakdowns as (
    {%- for model, (case_type, condition) in breakdowns.items() %}
    select
        '{{ model }}' as breakdown,
        assessment_month,
        assessment_group_code,
        {{ case_type }} as case_type_code,
        {{- sum_counts() | indent(4) }}
    from {{ ref(model) }}
    where {{ condition }}
    group by
        assessment_month,
        assessment_group_code
        {{ ', case_type_code' if case_type == 'case_type_code' }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

expected as (
    select
        breakdown_names.breakdown,
        case_totals.*
    from case_totals
    cross join {{ code_list('breakdown', breakdowns.keys() | list) }}
        as breakdown_names
    where
        case_totals.case_type_code = 'all'
        or breakdown_names.breakdown in (
            {%- for model, (case_type, condition) in breakdowns.items()
                if case_type == 'case_type_code' %}
            '{{ model }}'{{ ',' if not loop.last }}
            {%- endfor %}
        )
),

groups as (
    select distinct
        assessment_group_code,
        city_code
    from districts
),

department_wholes as (
    select
        case_totals.assessment_month,
        groups.city_code,
        {{- sum_counts() | indent(4) }}
    from case_totals
    inner join groups
        on case_totals.assessment_group_code = groups.assessment_group_code
    where case_totals.case_type_code = 'all'
    group by
        case_totals.assessment_month,
        groups.city_code
),

department_parts as (
    select
        assessment_month,
        city_code,
        {{- sum_counts() | indent(4) }}
    from departments
    group by
        assessment_month,
        city_code
)

select
    expected.breakdown,
    expected.assessment_month,
    expected.assessment_group_code,
    expected.case_type_code,
    expected.registered_count,
    breakdowns.registered_count as breakdown_registered_count
from expected
left join breakdowns
    on
        expected.breakdown = breakdowns.breakdown
        and expected.assessment_month = breakdowns.assessment_month
        and expected.assessment_group_code = breakdowns.assessment_group_code
        and expected.case_type_code = breakdowns.case_type_code
where
    (
        {%- for count in case_counts() %}
        {{ 'and ' if not loop.first }}expected.{{ count }}
        = coalesce(breakdowns.{{ count }}, 0)
        {%- endfor %}
    ) is not true
union all
select
    'department_closure_monthly' as breakdown,
    department_wholes.assessment_month,
    'all' as assessment_group_code,
    'all' as case_type_code,
    department_wholes.registered_count,
    department_parts.registered_count as breakdown_registered_count
from department_wholes
full outer join department_parts
    on
        department_wholes.assessment_month = department_parts.assessment_month
        and department_wholes.city_code = department_parts.city_code
where
    (
        {%- for count in case_counts() %}
        {{ 'and ' if not loop.first }}department_wholes.{{ count }}
        = department_parts.{{ count }}
        {%- endfor %}
    ) is not true
