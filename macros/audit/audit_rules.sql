{#
    The rules of the audit: each is one SELECT over the sides of the relations that
    compare in its way, with the columns of `contradiction_columns`. A rule is
    silent where a figure that it needs is not printed.
#}

{# The part of every relation and another complete side of the same instance. #}
{% macro parts_and(side_code, alias, kind='inner') -%}
    relations
    inner join sides as parts
        on
            relations.relation_code = parts.relation_code
            and parts.side_code = 'part'
    {{ side_join(side_code, alias, 'of_member_set', kind) }}
{%- endmacro %}

{% macro side_join(side_code, alias, member_set, kind='inner') -%}
    {{ kind }} join sides as {{ alias }}
        on
            {{ same_bulletin('parts', alias) | indent(12) }}
            and parts.relation_code = {{ alias }}.relation_code
            and {{ alias }}.side_code = '{{ side_code }}'
            and {{ other_district('relations', 'parts') | indent(12) }}
            = {{ alias }}.at_district_code
            and {{ other_member('relations', 'parts', member_set)
                | indent(12) }}
            = {{ alias }}.at_member_code
            and {{ alias }}.is_complete
{%- endmacro %}

{# The district at which the whole of a part stands. #}
{% macro other_district(relation, part) -%}
    case
        when {{ relation }}.district_axis = 'same'
            then {{ part }}.at_district_code
        else 'all'
    end
{%- endmacro %}

{# The member at which the whole of a part stands: its own, or a set as one. #}
{% macro other_member(relation, part, member_set='of_member_set') -%}
    case
        when {{ relation }}.{{ member_set }} = '*'
            then {{ part }}.at_member_code
        else {{ relation }}.{{ member_set }}
    end
{%- endmacro %}

{# The columns that every rule has first. #}
{% macro contradiction_columns(comparison_code='relations.comparison_code') -%}
    parts.edition_code,
    parts.assessment_month,
    parts.assessment_group_code,
    relations.rule_code,
    {{ comparison_code }} as comparison_code,
    relations.relation_code,
    cast(null as string) as other_relation_code,
    parts.at_district_code,
    parts.at_member_code,
    {{ other_district('relations', 'parts') }} as whole_district_code,
    {{ other_member('relations', 'parts') }} as whole_member_code,
    {{ other_member('relations', 'parts', 'numerator_member_set') }}
        as numerator_member_code
{%- endmacro %}

{#
    Two sums, of which one may not exceed the other, or which are equal once every
    part is printed: a list of some parts is a lower bound. Rounded figures may
    miss by half a printed step each; `same` is one quantity printed twice.
#}
{% macro contradicting_sums() -%}
    select
        {{ contradiction_columns(
            "case when relations.comparison_code = 'equal'"
            ~ " and not parts.is_complete then 'at_most'"
            ~ " else relations.comparison_code end"
        ) | indent(8) }},
        coalesce(wholes.side_value, relations.of_value) as expected,
        parts.side_value as found
    from {{ parts_and('whole', 'wholes', kind='left') | indent(4) }}
    where
        relations.comparison_code in ('at_most', 'equal', 'same')
        and case
            when
                relations.comparison_code <> 'at_most'
                and (parts.is_complete or relations.comparison_code = 'same')
                then abs(
                    parts.side_value
                    - coalesce(wholes.side_value, relations.of_value)
                )
            else
                parts.side_value
                - coalesce(wholes.side_value, relations.of_value)
        end
        > case
            when relations.tolerance_code = 'rounding'
                then parts.rounding_allowance
            else 0
        end
{%- endmacro %}

{# A rate that its own two counts do not give, whichever way a tie is rounded. #}
{% macro contradicting_rates() -%}
    select
        {{ contradiction_columns() | indent(8) }},
        cast(
            {{ divide_half_away(
                millionths('numerators.side_value') ~ ' * 100',
                '(cast(wholes.side_value as bigint)'
                ~ ' * parts.printed_step_millionths)'
            ) | indent(12) }} * parts.printed_step_millionths
            * cast(0.000001 as decimal(7, 6)) as decimal(28, 8)
        ) as expected,
        parts.side_value as found
    from {{ parts_and('whole', 'wholes') | indent(4) }}
    {{ side_join('numerator', 'numerators', 'numerator_member_set')
        | indent(4) }}
    where
        relations.comparison_code = 'ratio'
        and wholes.side_value > 0
        and abs(
            {{ millionths('numerators.side_value') }} * 200
            - {{ millionths('parts.side_value') }}
            * cast(wholes.side_value as bigint) * 2
        ) > parts.printed_step_millionths * cast(wholes.side_value as bigint)
{%- endmacro %}

{#
    A rate of a whole outside the range of the same rate of all its parts. Rounding
    keeps the order, so that the printed figures need no allowance.
#}
{% macro contradicting_means() -%}
    select
        {{ contradiction_columns() | indent(8) }},
        case
            when wholes.side_value < parts.lowest_value
                then parts.lowest_value
            else parts.highest_value
        end as expected,
        wholes.side_value as found
    from {{ parts_and('whole', 'wholes') | indent(4) }}
    where
        relations.comparison_code = 'range'
        and parts.is_complete
        and (
            wholes.side_value < parts.lowest_value
            or wholes.side_value > parts.highest_value
        )
{%- endmacro %}

{#
    CTEs of ranks and totals. A rank lies at least one place behind every higher
    total, and at most as far down as the ranked districts that are not higher
    leave; with every total printed the two are the same.
#}
{% macro rank_ctes() -%}
unranked_counts as (
    select
        edition_code,
        assessment_month,
        assessment_group_code,
        count(*) as unranked_count
    from printed_figures
    where
        figure_code = 'district_rank'
        and figure_value is null
    group by
        edition_code,
        assessment_month,
        assessment_group_code
),

ranked_totals as (
    select
        {{ contradiction_columns() | indent(8) }},
        parts.side_value as found,
        wholes.side_value as total,
        bulletin_sizes.ranked_count
        - coalesce(unranked_counts.unranked_count, 0) as rank_count
    from {{ parts_and('whole', 'wholes') | indent(4) }}
    inner join bulletin_sizes
        on {{ same_bulletin('parts', 'bulletin_sizes') | indent(8) }}
    left join unranked_counts
        on {{ same_bulletin('parts', 'unranked_counts') | indent(8) }}
    where relations.comparison_code = 'ranking'
),

rank_bounds as (
    select
        *,
        rank() over (
            partition by
                edition_code,
                assessment_month,
                assessment_group_code,
                relation_code
            order by total desc
        ) as highest_rank,
        rank_count + 1 - count(*) over (
            partition by
                edition_code,
                assessment_month,
                assessment_group_code,
                relation_code
            order by total asc
            range between unbounded preceding and current row
        ) as lowest_rank
    from ranked_totals
)
{%- endmacro %}

{# A rank that the totals do not allow. #}
{% macro contradicting_ranks() -%}
    select
        edition_code,
        assessment_month,
        assessment_group_code,
        rule_code,
        comparison_code,
        relation_code,
        other_relation_code,
        at_district_code,
        at_member_code,
        whole_district_code,
        whole_member_code,
        numerator_member_code,
        case
            when found < highest_rank then highest_rank
            else lowest_rank
        end as expected,
        found
    from rank_bounds
    where
        found < highest_rank
        or found > lowest_rank
{%- endmacro %}
