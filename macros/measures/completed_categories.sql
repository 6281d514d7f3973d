{#
    The CTEs category_wholes and completed_categories of the bulletin's figures,
    from its CTEs of the case totals: every category of every class that has
    cases, and of key cases whatever the class. A category without a case is zero
    and not absent.
#}
{% macro completed_category_ctes() -%}
category_wholes as (
    select
        assessment_month,
        assessment_group_code,
        class_code,
        'all' as case_type_code,
        registered_count as whole_registered_count
    from class_totals
    union all
    select
        assessment_month,
        assessment_group_code,
        'all' as class_code,
        case_type_code,
        registered_count as whole_registered_count
    from case_totals
    where case_type_code = 'key'
),

completed_categories as (
    select
        category_wholes.*,
        case_categories.category_code,
        {{ zero_filled(
            'category_totals', ['registered_count', 'closed_count']
        ) | indent(8) }}
    from category_wholes
    inner join case_categories
        on
            category_wholes.class_code
            in ('all', 'complaint_response', case_categories.class_code)
    left join category_totals
        on
            category_wholes.assessment_month = category_totals.assessment_month
            and category_wholes.assessment_group_code
            = category_totals.assessment_group_code
            and category_wholes.class_code = category_totals.class_code
            and category_wholes.case_type_code = category_totals.case_type_code
            and case_categories.category_code = category_totals.category_code
)
{%- endmacro %}
