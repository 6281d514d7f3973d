{#
    The rules of the audit: each is one SELECT over the sides of the relations that
    compare in its way, with the columns of `finding_columns`. A rule is silent
    where a figure that it needs is not printed.
#}

{# A join of the part of every relation to its whole, instance by instance. #}
{% macro sides_of_relations() -%}
    relations
    inner join worded_sides as parts
        on
            relations.relation_code = parts.relation_code
            and parts.side_code = 'part'
    {{ side_join('whole', 'wholes') }}
{%- endmacro %}

{# A join of another complete side of the same instance. #}
{% macro side_join(side_code, alias, kind='inner') -%}
    {{ kind }} join worded_sides as {{ alias }}
        on
            {{ same_bulletin('parts', alias) | indent(12) }}
            and parts.relation_code = {{ alias }}.relation_code
            and {{ alias }}.side_code = '{{ side_code }}'
            and coalesce({{ alias }}.at_district_code, parts.at_district_code)
            = parts.at_district_code
            and coalesce({{ alias }}.at_member_code, parts.at_member_code)
            = parts.at_member_code
            and {{ alias }}.term_count = {{ alias }}.expected_count
{%- endmacro %}

{# The columns that every rule has first. #}
{% macro finding_columns() -%}
    parts.edition_code,
    parts.assessment_month,
    parts.assessment_group_code,
    relations.rule_code,
    relations.relation_code,
    parts.at_district_code,
    parts.at_member_code,
    parts.printed_unit,
    parts.decimal_places
{%- endmacro %}

{#
    Two sums, of which one may not exceed the other, or which are equal once every
    part is printed: a list of some parts is a lower bound. Rounded figures may
    miss by half a printed step each; `same` is one quantity printed twice.
#}
{% macro compared_sums() -%}
    select
        {{ finding_columns() | indent(8) }},
        concat_ws(',', parts.figure_keys, wholes.figure_keys) as figure_codes,
        coalesce(wholes.side_value, relations.of_value) as expected,
        parts.side_value as found,
        relations.comparison_code = 'at_most'
        or (
            relations.comparison_code = 'equal'
            and parts.term_count < parts.expected_count
        ) as is_upper_bound,
        case
            when relations.tolerance_code = 'rounding'
                then parts.rounding_allowance
            else 0
        end as allowance,
        parts.side_text,
        parts.value_text,
        coalesce(wholes.side_text, '') as other_text,
        coalesce(
            wholes.value_text,
            concat(
                {{ printed_number('relations.of_value', 0) | indent(16) }},
                {{ unit_word('parts.printed_unit') | indent(16) }}
            )
        ) as other_value_text
    from relations
    inner join worded_sides as parts
        on
            relations.relation_code = parts.relation_code
            and parts.side_code = 'part'
    {{ side_join('whole', 'wholes', kind='left') | indent(4) }}
    where
        relations.comparison_code in ('at_most', 'equal', 'same')
        and coalesce(wholes.side_value, relations.of_value) is not null
{%- endmacro %}

{# A sum that exceeds its bound, or misses what it must equal. #}
{% macro sums_that_contradict() -%}
    select
        {{ plain_finding_columns() | indent(8) }},
        concat(
            side_text, value_text,
            case
                when is_upper_bound then '，超过'
                else '，不等于'
            end,
            other_text, other_value_text,
            case when found > expected then '，多' else '，少' end,
            {{ difference_text(
                'found - expected', 'decimal_places', 'printed_unit'
            ) | indent(12) }},
            '。'
        ) as explanation
    from compared_sums
    where
        found - expected > allowance
        or (not is_upper_bound and expected - found > allowance)
{%- endmacro %}

{# The columns of `finding_columns` and the figures, from a CTE that has them all. #}
{% macro plain_finding_columns() -%}
    edition_code,
    assessment_month,
    assessment_group_code,
    rule_code,
    relation_code,
    at_district_code,
    at_member_code,
    printed_unit,
    figure_codes,
    expected,
    found
{%- endmacro %}

{#
    What the printed parts leave of the whole: the numerators left may not exceed
    the denominators left. It follows from two relations of parts and whole over
    the same instances, whose figures are pairs of numerator and denominator. With
    every part printed nothing is left to compare.
#}
{% macro remainder_ctes() -%}
paired_relations as (
    select
        numerators.relation_code as numerator_relation_code,
        denominators.relation_code as denominator_relation_code,
        numerators.comparison_code
    from relations as numerators
    inner join relations as denominators
        on
            numerators.rule_code = denominators.rule_code
            and numerators.district_axis = denominators.district_axis
            and numerators.member_set = denominators.member_set
            and numerators.of_member_set = denominators.of_member_set
    inner join relations as part_pairs
        on
            numerators.figure_code = part_pairs.figure_code
            and denominators.figure_code = part_pairs.of_figure_code
            and part_pairs.rule_code in (
                'numerator_above_denominator', 'cases_above_base_cases'
            )
    inner join relations as whole_pairs
        on
            numerators.of_figure_code = whole_pairs.figure_code
            and denominators.of_figure_code = whole_pairs.of_figure_code
            and whole_pairs.rule_code = part_pairs.rule_code
    where numerators.rule_code = 'parts_against_whole'
),

paired_parts as (
    select
        numerators.edition_code,
        numerators.assessment_month,
        numerators.assessment_group_code,
        paired_relations.numerator_relation_code,
        paired_relations.denominator_relation_code,
        numerators.at_district_code,
        numerators.at_member_code,
        sum(numerators.figure_value) as numerator_value,
        sum(denominators.figure_value) as denominator_value,
        {{ join_texts(
            "concat(numerators.figure_keys, ',', denominators.figure_keys)",
            'numerators.district_code, numerators.member_code'
        ) | indent(8) }} as figure_keys,
        {{ join_texts(
            'numerators.value_text',
            'numerators.district_code, numerators.member_code', '、'
        ) | indent(8) }} as numerator_text,
        {{ join_texts(
            'denominators.value_text',
            'numerators.district_code, numerators.member_code', '、'
        ) | indent(8) }} as denominator_text,
        max(numerators.named_quantity) as numerator_name
    from paired_relations
    inner join worded_terms as numerators
        on
            paired_relations.numerator_relation_code = numerators.relation_code
            and numerators.side_code = 'part'
    inner join worded_terms as denominators
        on
            {{ same_bulletin('numerators', 'denominators') | indent(12) }}
            and paired_relations.denominator_relation_code
            = denominators.relation_code
            and denominators.side_code = 'part'
            and numerators.district_code = denominators.district_code
            and numerators.member_code = denominators.member_code
    group by
        numerators.edition_code,
        numerators.assessment_month,
        numerators.assessment_group_code,
        paired_relations.numerator_relation_code,
        paired_relations.denominator_relation_code,
        numerators.at_district_code,
        numerators.at_member_code
    having
        max(paired_relations.comparison_code) = 'at_most'
        or count(*) < max(numerators.expected_count)
),

remainders as (
    select
        paired_parts.edition_code,
        paired_parts.assessment_month,
        paired_parts.assessment_group_code,
        'remainder_above_remainder' as rule_code,
        paired_parts.numerator_relation_code as relation_code,
        paired_parts.at_district_code,
        paired_parts.at_member_code,
        numerators.printed_unit,
        numerators.decimal_places,
        concat_ws(
            ',',
            paired_parts.figure_keys,
            numerators.figure_keys,
            denominators.figure_keys
        ) as figure_codes,
        denominators.side_value
        - paired_parts.denominator_value as expected,
        numerators.side_value - paired_parts.numerator_value as found,
        concat(numerators.side_text, numerators.value_text)
            as numerator_whole_text,
        concat(denominators.side_text, denominators.value_text)
            as denominator_whole_text,
        paired_parts.numerator_text,
        paired_parts.denominator_text
    from paired_parts
    {%- for side in ['numerator', 'denominator'] %}
    inner join worded_sides as {{ side }}s
        on
            {{ same_bulletin('paired_parts', side ~ 's') | indent(12) }}
            and paired_parts.{{ side }}_relation_code
            = {{ side }}s.relation_code
            and {{ side }}s.side_code = 'whole'
            and coalesce(
                {{ side }}s.at_district_code, paired_parts.at_district_code
            ) = paired_parts.at_district_code
            and coalesce(
                {{ side }}s.at_member_code, paired_parts.at_member_code
            ) = paired_parts.at_member_code
    {%- endfor %}
)
{%- endmacro %}

{# Remainders of which the numerator exceeds the denominator. #}
{% macro remainders_that_contradict() -%}
    select
        {{ plain_finding_columns() | indent(8) }},
        concat(
            numerator_whole_text, '除去', numerator_text, '还余',
            {{ printed_number('found', 'decimal_places') | indent(12) }},
            {{ unit_word('printed_unit') | indent(12) }},
            '，而', denominator_whole_text, '除去', denominator_text, '只余',
            {{ printed_number('expected', 'decimal_places') | indent(12) }},
            {{ unit_word('printed_unit') | indent(12) }},
            '，多',
            {{ difference_text(
                'found - expected', 'decimal_places', 'printed_unit'
            ) | indent(12) }},
            '。'
        ) as explanation
    from remainders
    where found > expected
{%- endmacro %}

{# A rate that its own two counts do not give, whichever way a tie is rounded. #}
{% macro rates_that_contradict() -%}
    select
        {{ plain_finding_columns() | indent(8) }},
        concat(
            side_text, value_text, '，而按', numerator_text, '除以',
            denominator_text, '应为',
            {{ printed_number('expected', 'decimal_places') | indent(12) }}, '%',
            case when found > expected then '，高' else '，低' end,
            {{ difference_text(
                'found - expected', 'decimal_places', 'printed_unit'
            ) | indent(12) }},
            '。'
        ) as explanation
    from (
        select
            {{ finding_columns() | indent(12) }},
            concat_ws(
                ',',
                parts.figure_keys, numerators.figure_keys, wholes.figure_keys
            ) as figure_codes,
            cast(
                {{ divide_half_away(
                    millionths('numerators.side_value') ~ ' * 100',
                    '(cast(wholes.side_value as bigint)'
                    ~ ' * parts.printed_step_millionths)'
                ) | indent(16) }} * parts.printed_step_millionths
                * cast(0.000001 as decimal(7, 6)) as decimal(28, 8)
            ) as expected,
            parts.side_value as found,
            abs(
                {{ millionths('numerators.side_value') }} * 200
                - {{ millionths('parts.side_value') }}
                * cast(wholes.side_value as bigint) * 2
            ) > parts.printed_step_millionths
            * cast(wholes.side_value as bigint) as is_off,
            parts.side_text,
            parts.value_text,
            concat(numerators.side_text, numerators.value_text)
                as numerator_text,
            concat(wholes.side_text, wholes.value_text) as denominator_text
        from {{ sides_of_relations() | indent(8) }}
        {{ side_join('numerator', 'numerators') | indent(8) }}
        where
            relations.comparison_code = 'ratio'
            and wholes.side_value > 0
    ) as rates
    where is_off
{%- endmacro %}

{#
    A rate of a whole outside the range of the same rate of all its parts. Rounding
    keeps the order, so that the printed figures need no allowance.
#}
{% macro means_that_contradict() -%}
    select
        {{ plain_finding_columns() | indent(8) }},
        concat(
            other_text, other_value_text, '，不在其各部分（', list_text,
            case when found > expected then '）的范围之内，高' else '）的范围之内，低' end,
            {{ difference_text(
                'found - expected', 'decimal_places', 'printed_unit'
            ) | indent(12) }},
            '。'
        ) as explanation
    from (
        select
            {{ finding_columns() | indent(12) }},
            concat_ws(
                ',', wholes.figure_keys, parts.figure_keys
            ) as figure_codes,
            greatest(
                parts.lowest_value,
                least(parts.highest_value, wholes.side_value)
            ) as expected,
            wholes.side_value as found,
            case
                when parts.is_long_list
                    then concat(parts.term_count, '个小类')
                else parts.list_text
            end as list_text,
            wholes.side_text as other_text,
            wholes.value_text as other_value_text
        from {{ sides_of_relations() | indent(8) }}
        where
            relations.comparison_code = 'range'
            and parts.term_count = parts.expected_count
    ) as means
    where found <> expected
{%- endmacro %}

{#
    A rank that the totals do not allow: at least one place behind every higher
    total, at most as far down as the ranked districts without a higher one leave.
    With every total printed the two are the same.
#}
{% macro ranks_that_contradict() -%}
    select
        {{ plain_finding_columns() | indent(8) }},
        concat(
            side_text, '第', value_text, '，而', total_text, '，按各区总分应为第',
            {{ printed_number('highest_rank', 0) | indent(12) }},
            case
                when lowest_rank > highest_rank then concat(
                    '至',
                    {{ printed_number('lowest_rank', 0) | indent(20) }}
                )
                else ''
            end,
            '名，相差',
            {{ printed_number('found - expected', 0) | indent(12) }}, '位。'
        ) as explanation
    from (
        select
            *,
            greatest(highest_rank, least(lowest_rank, found)) as expected
        from rank_bounds
    ) as bounded_ranks
    where found <> expected
{%- endmacro %}

{# CTE: the ranks that the printed totals allow each district. #}
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

rank_bounds as (
    select
        {{ finding_columns() | indent(8) }},
        concat_ws(',', parts.figure_keys, wholes.figure_keys) as figure_codes,
        parts.side_value as found,
        parts.side_text,
        parts.value_text,
        concat(wholes.side_text, wholes.value_text) as total_text,
        1 + count(
            case when others.side_value > wholes.side_value then 1 end
        ) as highest_rank,
        max(group_sizes.ranked_count)
        - max(coalesce(unranked_counts.unranked_count, 0))
        - count(
            case
                when
                    others.side_value <= wholes.side_value
                    and others.at_district_code <> wholes.at_district_code
                    then 1
            end
        ) as lowest_rank
    from {{ sides_of_relations() | indent(4) }}
    inner join worded_sides as others
        on
            {{ same_bulletin('wholes', 'others') | indent(12) }}
            and wholes.relation_code = others.relation_code
            and others.side_code = 'whole'
    inner join group_sizes
        on parts.assessment_group_code = group_sizes.assessment_group_code
    left join unranked_counts
        on {{ same_bulletin('parts', 'unranked_counts') | indent(8) }}
    where relations.comparison_code = 'ranking'
    group by
        {{ finding_columns() | indent(8) }},
        parts.figure_keys,
        wholes.figure_keys,
        parts.side_value,
        parts.side_text,
        parts.value_text,
        wholes.side_text,
        wholes.value_text
)
{%- endmacro %}
