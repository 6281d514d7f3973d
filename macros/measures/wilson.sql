{#
    One bound of the Wilson score interval of `hits` among `trials`, as
    decimal(9,6); NULL without trials. side: '-' the lower, '+' the upper bound.
    The bound is irrational by nature (a square root), so it is computed in
    double precision and rounded once; it enters no score, only the ends of a
    rank (rank_low, rank_high). At no hits the lower bound is exactly 0 and at all
    hits the upper is exactly 1.
#}
{% macro wilson_bound(hits, trials, z, side) -%}
    case
        when {{ trials }} = 0 then null
        when {{ hits }} = {{ "0" if side == "-" else trials }}
            then cast({{ "0" if side == "-" else "1" }} as decimal(9, 6))
        else cast(
            (
                2 * {{ hits }} + {{ z }} * {{ z }}
                {{ side }} {{ z }} * sqrt(
                    {{ z }} * {{ z }}
                    + 4.0 * {{ hits }} * ({{ trials }} - {{ hits }})
                    / cast({{ trials }} as double)
                )
            ) / (2 * ({{ trials }} + {{ z }} * {{ z }})) as decimal(9, 6)
        )
    end
{%- endmacro %}
