{#
    The one macro behind every rate: numerator / denominator, rounded half away
    from zero by integer arithmetic, NULL when the denominator is NULL or zero.
    Both arguments are additive integer counts. The result is decimal(9,6), or
    decimal(18,6) for the rates that can exceed 1 (omission_rate, change_rate).
#}
{% macro rate(numerator, denominator, can_exceed_one=false) -%}
    cast(
        {{ divide_half_away(
            'cast(' ~ numerator ~ ' as bigint) * 1000000', denominator
        ) }} * cast(0.000001 as decimal(7, 6))
        as decimal({{ 18 if can_exceed_one else 9 }}, 6)
    )
{%- endmacro %}

{#
    dividend / divisor as an integer, rounded half away from zero, in exact
    integer arithmetic; NULL when the divisor is NULL or zero. The divisor is
    never negative.
#}
{% macro divide_half_away(dividend, divisor) -%}
    case
        when {{ divisor }} > 0
            then cast(sign({{ dividend }}) as integer)
                * {{ integer_divide(
                    '2 * abs(' ~ dividend ~ ') + ' ~ divisor,
                    '2 * ' ~ divisor
                ) }}
    end
{%- endmacro %}

{# dividend / divisor as an integer, rounded up; both are zero or more, NULL when the divisor is zero. #}
{% macro divide_up(dividend, divisor) -%}
    {{ integer_divide(
        dividend ~ ' + ' ~ divisor ~ ' - 1', 'nullif(' ~ divisor ~ ', 0)'
    ) }}
{%- endmacro %}
