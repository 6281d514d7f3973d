{#
    The score of an indicator from its scoring method, as decimal(6,2), NULL when
    there is no data. The exact quotient enters it, full marks and target folded
    into one integer fraction: everything is counted in millionths, and the
    quotient is rounded once, half away from zero, to hundredths.
#}
{% macro score() -%}
    case scoring_method
        when 'assessed' then awarded_score
        when 'rate' then {{ score_of_fraction(
            marks_times('numerator'), hundredths_of('denominator')
        ) }}
        when 'inverse_rate' then {{ score_of_fraction(
            marks_times('denominator - numerator'), hundredths_of('denominator')
        ) }}
        when 'target_rate' then case
            when cast(numerator as {{ wide_integer() }}) * 1000000
                >= denominator * {{ millionths('target_value') }}
                and denominator > 0 then full_marks
            else {{ score_of_fraction(
                marks_times('numerator') ~ ' * 1000000',
                hundredths_of('denominator') ~ ' * ' ~ millionths('target_value')
            ) }}
        end
        when 'unit_deduction' then case
            when denominator > 0 then {{ score_of_fraction(
                'greatest(0, ' ~ millionths('full_marks') ~ ' - '
                ~ millionths('unit_points') ~ ' * numerator)',
                '10000'
            ) }}
        end
    end
{%- endmacro %}

{# A decimal with at most six digits after the point as an integer number of millionths. #}
{% macro millionths(value) -%}
    cast({{ value }} * 1000000 as {{ wide_integer() }})
{%- endmacro %}

{# A score, which has two digits after the point, as an integer number of hundredths. #}
{% macro hundredths(score) -%}
    cast({{ score }} * 100 as {{ wide_integer() }})
{%- endmacro %}

{# Full marks in millionths times a count. #}
{% macro marks_times(count) -%}
    {{ millionths('full_marks') }} * ({{ count }})
{%- endmacro %}

{# Millionths in a hundredth, times a count. #}
{% macro hundredths_of(count) -%}
    cast(10000 as {{ wide_integer() }}) * {{ count }}
{%- endmacro %}

{# A score in marks from an integer fraction that counts hundredths of a mark. #}
{% macro score_of_fraction(dividend, divisor) -%}
    cast(
        {{ divide_half_away(dividend, divisor) }} * cast(0.01 as decimal(3, 2))
        as decimal(6, 2)
    )
{%- endmacro %}

{# A total in marks from the sum of weight (in millionths) x mechanism score (in hundredths). #}
{% macro total_of_weighted(weighted_sum) -%}
    {{ score_of_fraction(weighted_sum, '1000000') }}
{%- endmacro %}

{#
    The least number of successes whose rate gives a score that rounds up to a
    needed one: `doubled_hundredths` is twice the needed score less one half of a
    hundredth, so that everything stays whole.
#}
{% macro successes_for_score(target_value=none) -%}
    {%- if target_value is none -%}
        {{ divide_up(
            'doubled_hundredths * denominator', '2 * ' ~ hundredths('full_marks')
        ) }}
    {%- else -%}
        {{ divide_up(
            'doubled_hundredths * denominator * ' ~ millionths(target_value),
            '2000000 * ' ~ hundredths('full_marks')
        ) }}
    {%- endif -%}
{%- endmacro %}
