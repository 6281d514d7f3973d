{#
    Figures of one relation as rows, one per figure code of `columns`: the column
    that holds the amount, or the pair [numerator, denominator] of a rate, which
    the caller makes from the two counts.
#}
{% macro figures(
    relation,
    columns,
    member="'none'",
    condition='true',
    district='district_code'
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

{# The columns of a closure: registered, closed, closed / registered; and more. #}
{% macro closure_figures(prefix='', more={}) %}
    {%- set columns = {
        prefix ~ 'registered_count': 'registered_count',
        prefix ~ 'closed_count': 'closed_count',
        prefix ~ 'closure_rate': ['closed_count', 'registered_count'],
    } -%}
    {%- do columns.update(more) -%}
    {{ return(columns) }}
{% endmacro %}

{#
    A figure as the bulletin prints it, counted in steps of its last printed
    digit; a ratio in percent. Rounded once, half away from zero; a ratio from its
    counts, since a rounded rate rounded again can end in another digit, and one
    without counts from its amount.
#}
{% macro printed_steps() -%}
    cast(
        case
            when numerator is not null
                then {{ divide_half_away(
                    'numerator * 100000000',
                    '(denominator * printed_step_millionths)'
                ) }}
            else {{ divide_half_away(
                "cast(cast(amount as decimal(38, 6)) * 1000000 as bigint)"
                ~ " * case when unit = 'ratio' then 100 else 1 end",
                'printed_step_millionths'
            ) }}
        end as bigint
    )
{%- endmacro %}

{# A number of steps in the printed unit. #}
{% macro steps_as_printed(steps, step_millionths) -%}
    cast(
        {{ steps }} * {{ step_millionths }} * cast(0.000001 as decimal(7, 6))
        as decimal(18, 6)
    )
{%- endmacro %}

{#
    The change of a printed figure against that of an earlier month, in the printed
    unit: the difference of what a reader sees. NULL where the rules differ.
#}
{% macro printed_change(earlier, is_comparable) -%}
    case
        when this_month.{{ is_comparable }}
            then {{ steps_as_printed(
                '(this_month.printed_steps - ' ~ earlier ~ '.printed_steps)',
                'this_month.printed_step_millionths'
            ) | indent(8) }}
    end
{%- endmacro %}

{# The same in percent of the earlier one, with two decimals, for amounts only. #}
{% macro printed_change_percent(earlier) -%}
    case
        when this_month.unit not in ('ratio', 'score', 'rank')
            then cast(
                {{ divide_half_away(
                    '(this_month.printed_steps - ' ~ earlier
                    ~ '.printed_steps) * 10000',
                    earlier ~ '.printed_steps'
                ) | indent(12) }} * cast(0.01 as decimal(3, 2))
                as decimal(18, 6)
            )
    end
{%- endmacro %}

{# That the figure of an earlier month is the same one as this month's. #}
{% macro same_figure(earlier) -%}
    {%- for column in [
        'assessment_group_code', 'figure_code', 'district_code', 'member_code'
    ] -%}
    and this_month.{{ column }} = {{ earlier }}.{{ column }}
    {{- '\n' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
