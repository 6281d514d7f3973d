{#
    Figures of one relation as rows, one per figure code of `columns`: the column
    that holds the amount, or the pair [numerator, denominator] of a rate, which
    the caller makes from the two counts.
#}
{% macro figures(
    relation, columns, member="'none'", condition='true', district='district_code'
) -%}
    {%- for figure_code, column in columns.items() %}
    select
        assessment_month,
        assessment_group_code,
        '{{ figure_code }}' as figure_code,
        {{ district }} as district_code,
        {{ member }} as member_code,
        {%- if column is string %}
        cast(null as bigint) as numerator,
        cast(null as bigint) as denominator,
        cast({{ column }} as decimal(18, 6)) as amount
        {%- else %}
        cast({{ column[0] }} as bigint) as numerator,
        cast({{ column[1] }} as bigint) as denominator,
        cast(null as decimal(18, 6)) as amount
        {%- endif %}
    from {{ relation }}
    where {{ condition }}
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# The three figures of a closure: registered, closed and closed / registered. #}
{% macro closure_figures(prefix) %}
    {{ return({
        prefix ~ 'registered_count': 'registered_count',
        prefix ~ 'closed_count': 'closed_count',
        prefix ~ 'closure_rate': ['closed_count', 'registered_count'],
    }) }}
{% endmacro %}
