{# A condition: two relations have figures of the same edition, month and group. #}
{% macro same_bulletin(one, other) -%}
    {{ one }}.edition_code = {{ other }}.edition_code
    and {{ one }}.assessment_month = {{ other }}.assessment_month
    and {{ one }}.assessment_group_code = {{ other }}.assessment_group_code
{%- endmacro %}
